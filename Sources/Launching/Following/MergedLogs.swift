/// The lines of several logs in the order of their times. Of each log only a portion is in memory.
package struct MergedLogs {
  private struct Source {
    let run: Int
    let log: RunLogReader
    var offset: Int64 = 0
    var lines = TimedLines()
    /// The next ones, the last first.
    var waiting: [TimedLine] = []
    var isAtEnd = false

    mutating func fill() throws {
      while waiting.isEmpty, !isAtEnd {
        let chunks = try log.chunks(after: offset)
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
    sources = logs.enumerated().map { Source(run: $0, log: $1) }
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
