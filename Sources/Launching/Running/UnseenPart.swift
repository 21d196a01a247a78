import Synchronization

/// Of a stream that is told once more from its start, only what its log lacks: all that comes behind
/// what is the same. What is told in other bytes than before is told twice, and nothing is lost.
final class UnseenPart: Sendable {
  private struct State {
    /// Up to where the log is looked at, and how far it was.
    let end: Int64
    var offset: Int64 = 0
    /// Of the stream, from the log, and not compared yet.
    var known: [UInt8] = []
    var isOver = false
  }

  private let log: RunLogReader
  private let stream: RunNews.Stream
  private let state: Mutex<State>

  /// - Parameter log: As far as it goes now.
  init(of stream: RunNews.Stream, behind log: RunLogReader) {
    (self.log, self.stream) = (log, stream)
    state = Mutex(State(end: (try? log.length()) ?? 0))
  }

  /// - Parameter bytes: The next ones.
  func take(_ bytes: [UInt8]) -> [UInt8] {
    state.withLock { state in
      var rest = bytes[...]
      while !state.isOver, !rest.isEmpty {
        if state.known.isEmpty { read(&state) }
        let same = zip(rest, state.known).prefix { $0 == $1 }.count
        if same < min(rest.count, state.known.count) { state.isOver = true }
        rest = rest.dropFirst(same)
        state.known.removeFirst(same)
      }
      return Array(rest)
    }
  }

  private func read(_ state: inout State) {
    while state.known.isEmpty, state.offset < state.end {
      let chunks = (try? log.chunks(after: state.offset)) ?? []
      if chunks.isEmpty { break }
      for chunk in chunks where state.offset < state.end {
        let bytes = chunk.bytes.prefix(Int(state.end - state.offset))
        state.offset += Int64(bytes.count)
        if chunk.stream == stream { state.known += bytes }
      }
    }
    if state.known.isEmpty { state.isOver = true }
  }
}
