/// Cuts a source into physical lines. Knows nothing of what they mean.
struct LineReader {
  struct Line {
    /// From 1.
    let number: Int
    /// With the line end.
    let range: Range<Int>
    /// Without the line end, whether LF or CR LF.
    let content: Range<Int>
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
  /// The reference reads lines of up to 64 KiB with their line feed.
  static let lengthLimit = 65_535

  let bytes: [UInt8]
  private(set) var offset: Int
  private(set) var number = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    offset = bytes.starts(with: Self.byteOrderMark) ? Self.byteOrderMark.count : 0
  }

  mutating func next() -> Line? {
    guard offset < bytes.count else { return nil }
    let start = offset
    let feed = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
    offset = feed.map { $0 + 1 } ?? bytes.count
    number += 1
    var end = offset
    while end > start, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r")
    {
      end -= 1
    }
    return Line(number: number, range: start..<offset, content: start..<end)
  }

  /// A line that the reference refuses to read.
  func isTooLong(_ line: Line) -> Bool {
    let feed = line.range.last.map { bytes[$0] == UInt8(ascii: "\n") } ?? false
    return line.range.count - (feed ? 1 : 0) > Self.lengthLimit
  }
}
