import BuildEngine
import Launching

/// Shows what runs printed: as it is, or line by line with times.
struct LogPrinter {
  private let terminal: Terminal
  private let showsTimes: Bool
  private var lines = TimedLines()

  init(_ terminal: Terminal, showsTimes: Bool) {
    self.terminal = terminal
    self.showsTimes = showsTimes
  }

  /// - Returns: Whether somebody still reads.
  mutating func print(_ chunks: [RunNews.Chunk]) -> Bool {
    chunks.allSatisfy { chunk in
      guard showsTimes else {
        return terminal.pass(chunk.bytes, toErrors: chunk.stream == .errors)
      }
      return lines.add(chunk).allSatisfy { print($0) }
    }
  }

  /// Nothing more comes.
  mutating func finish() {
    _ = lines.end().allSatisfy { print($0) }
  }

  private func print(_ line: TimedLine) -> Bool {
    terminal.pass(Self.bytes(line, from: nil), toErrors: line.stream == .errors)
  }

  /// - Parameter name: Of the run, where there are several.
  static func bytes(_ line: TimedLine, from name: String?) -> [UInt8] {
    let head = time(line.time) + " " + (name.map { $0 + " " } ?? "")
    return Array(head.utf8) + line.bytes + [UInt8(ascii: "\n")]
  }

  /// As RFC 3339 has it, in UTC.
  /// - Parameter time: Milliseconds since 1970-01-01T00:00:00Z; 0 is not known.
  static func time(_ time: Int64) -> String {
    guard time > 0 else { return "                        " }
    let digits = String(1000 + time % 1000).dropFirst()
    return Timestamp.rfc3339(time / 1000).dropLast() + ".\(digits)Z"
  }
}
