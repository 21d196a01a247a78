package import FileSystem

extension RunLogReader {
  /// Where the last lines begin.
  ///
  /// - Parameter lines: How many; a last one without an end counts.
  /// - Returns: How many bytes stand before them.
  package func offset(ofLast lines: Int) throws(FileError) -> Int64 {
    let end = try length()
    guard lines > 0 else { return end }
    var (offset, missing) = (end, lines)
    while offset > 0 {
      let start = max(0, offset - Int64(Self.portion))
      var bytes: [UInt8] = []
      for chunk in try chunks(after: start) { bytes += chunk.bytes }
      let count = min(bytes.count, Int(offset - start))
      for index in stride(from: count - 1, through: 0, by: -1)
      where bytes[index] == UInt8(ascii: "\n") && start + Int64(index) + 1 < end {
        missing -= 1
        if missing == 0 { return start + Int64(index) + 1 }
      }
      offset = start
    }
    return 0
  }

  /// The most bytes that ``lastLines(_:)`` looks at, and the most characters of a line.
  private static let (glance, width) = (1 << 16, 200)

  /// The last lines as text, for a person to look at: each state of a progress bar that wrote over
  /// itself is a line, and a long one is cut.
  package func lastLines(_ count: Int) throws(FileError) -> [String] {
    var lines = TimedLines()
    var found: [TimedLine] = []
    let start = max(0, try length() - Int64(Self.glance))
    for chunk in try chunks(after: start, limit: Self.glance) { found += lines.add(chunk) }
    let bar = UInt8(ascii: "\r")
    return (found + lines.end()).suffix(count).flatMap { line in
      line.bytes.isEmpty ? [line.bytes[...]] : line.bytes.split(separator: bar)
    }.suffix(count).map { Self.short(String(decoding: $0, as: UTF8.self)) }
  }

  private static func short(_ line: String) -> String {
    line.count > width ? line.prefix(width - 1) + "…" : line
  }
}
