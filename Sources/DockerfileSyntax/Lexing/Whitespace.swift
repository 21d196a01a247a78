/// What counts as white space.
///
/// Two notions live side by side in the reference parser: trimming and word boundaries go by
/// Unicode, the gap between a keyword and its arguments only by tab, VT, FF, CR and space.
enum Whitespace {
  /// - Returns: The bytes that the white space character at `index` takes; 0 when it is none.
  static func length(in bytes: [UInt8], at index: Int, end: Int) -> Int {
    switch bytes[index] {
    case 0x09...0x0D, 0x20: return 1
    case 0xC2 where index + 1 < end:
      return bytes[index + 1] == 0x85 || bytes[index + 1] == 0xA0 ? 2 : 0
    case 0xE1...0xE3 where index + 2 < end:
      return isWide(bytes[index], bytes[index + 1], bytes[index + 2]) ? 3 : 0
    default: return 0
    }
  }

  static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || (0x0B...0x0D).contains(byte)
  }

  static func trimmingStart(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    while start < range.upperBound {
      let step = length(in: bytes, at: start, end: range.upperBound)
      if step == 0 { break }
      start += step
    }
    return start..<range.upperBound
  }

  static func trimming(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    let start = trimmingStart(bytes, range).lowerBound
    var end = range.upperBound
    while let step = (1...3).first(where: {
      end - $0 >= start && length(in: bytes, at: end - $0, end: end) == $0
    }) {
      end -= step
    }
    return start..<end
  }

  /// U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000.
  private static func isWide(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Bool {
    switch (a, b) {
    case (0xE1, 0x9A), (0xE3, 0x80): c == 0x80
    case (0xE2, 0x80): (0x80...0x8A).contains(c) || c == 0xA8 || c == 0xA9 || c == 0xAF
    case (0xE2, 0x81): c == 0x9F
    default: false
    }
  }
}
