/// The lines of several logs in the order of their times. Only a portion of each is in memory, the
/// smaller the more there are.
package struct MergedLogs {
  /// In bytes, of all logs together; lines in memory take some times as much.
  private static let memory = 16 << 20
  /// Of each log, however many there are.
  private static let smallest = 1 << 12

  private struct Source {
    let run: Int
    let log: RunLogReader
    let portion: Int
    var offset: Int64 = 0
    var lines = TimedLines()
    /// The next ones, the last first.
    var waiting: [TimedLine] = []
    var isAtEnd = false

    mutating func fill() throws {
      while waiting.isEmpty, !isAtEnd {
        let chunks = try log.chunks(after: offset, limit: portion)
        var found: [TimedLine] = []
        for chunk in chunks {
          offset += Int64(chunk.bytes.count)
          found += lines.add(chunk)
        }
        if chunks.isEmpty {
          isAtEnd = true
          found += lines.end()
        }
        waiting = found.reversed()
      }
    }
  }

  private var sources: [Source]

  package init(_ logs: [RunLogReader]) {
    let share = Self.memory / max(1, logs.count)
    let portion = min(max(share, Self.smallest), RunLogReader.portion)
    sources = logs.enumerated().map { Source(run: $0, log: $1, portion: portion) }
  }

  /// - Returns: The oldest line that was not returned yet, and the position of its log; nil when all
  ///   were. Lines of the same time come in the order of the logs.
  package mutating func next() throws -> (run: Int, line: TimedLine)? {
    var best: (index: Int, time: Int64)?
    for index in sources.indices {
      try sources[index].fill()
      guard let time = sources[index].waiting.last?.time else { continue }
      if time < best?.time ?? .max { best = (index, time) }
    }
    guard let best, let line = sources[best.index].waiting.popLast() else { return nil }
    return (sources[best.index].run, line)
  }

  /// How many bytes of each log were read.
  package var offsets: [Int64] { sources.map(\.offset) }
}
