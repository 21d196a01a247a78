/// A line of what a run printed.
package struct TimedLine: Sendable, Hashable {
  package let stream: RunNews.Stream
  /// When its first byte was printed: milliseconds since 1970-01-01T00:00:00Z.
  package let time: Int64
  /// Without its end.
  package let bytes: [UInt8]
}

/// Cuts what a run prints into lines, as it comes.
package struct TimedLines: Sendable {
  /// A line that is longer comes in pieces.
  package static let limit = 1 << 16

  private var begun: (stream: RunNews.Stream, time: Int64, bytes: [UInt8])?

  package init() {}

  /// - Returns: The lines that are whole now.
  package mutating func add(_ chunk: RunNews.Chunk) -> [TimedLine] {
    // Two streams that write at once do not share a line.
    var lines = begun.map { $0.stream == chunk.stream } ?? true ? [] : end()
    var rest = chunk.bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix { $0 != UInt8(ascii: "\n") }
      let line = begun ?? (chunk.stream, chunk.time, [])
      let room = part.prefix(Self.limit - line.bytes.count)
      begun = (line.stream, line.time, line.bytes + room)
      rest = rest.dropFirst(room.count)
      guard room.count == part.count else {
        lines += end()
        continue
      }
      if rest.first == UInt8(ascii: "\n") {
        rest = rest.dropFirst()
        lines += end()
      }
    }
    return lines
  }

  /// Nothing more comes.
  /// - Returns: What has no line end, if there is any.
  package mutating func end() -> [TimedLine] {
    defer { begun = nil }
    return begun.map { [TimedLine(stream: $0.stream, time: $0.time, bytes: $0.bytes)] } ?? []
  }
}
