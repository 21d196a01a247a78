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

  /// The last lines as text.
  package func lastLines(_ count: Int) throws -> [String] {
    var lines = TimedLines()
    var found: [TimedLine] = []
    var offset = try offset(ofLast: count)
    while true {
      let chunks = try chunks(after: offset)
      if chunks.isEmpty { break }
      for chunk in chunks {
        offset += Int64(chunk.bytes.count)
        found += lines.add(chunk)
      }
    }
    return (found + lines.end()).suffix(count).map { String(decoding: $0.bytes, as: UTF8.self) }
  }
}
