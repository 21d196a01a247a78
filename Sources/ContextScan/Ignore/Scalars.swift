/// Reading bytes that may or may not be UTF-8: a byte that belongs to no character is U+FFFD.
enum Scalars {
  static let replacement: Unicode.Scalar = "\u{FFFD}"

  /// - Returns: The character at `index`, and the bytes that it takes, at least 1.
  static func decode(_ bytes: borrowing Span<UInt8>, at index: Int) -> (Unicode.Scalar, Int) {
    let lead = bytes[index]
    if lead < 0x80 { return (Unicode.Scalar(lead), 1) }
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    guard (0xC2...0xF4).contains(lead), index + length <= bytes.count else {
      return (replacement, 1)
    }
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for offset in 1..<length {
      let byte = bytes[index + offset]
      guard byte & 0xC0 == 0x80 else { return (replacement, 1) }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    let isShortest = length == 2 || value >= (length == 3 ? 0x800 : 0x10000)
    guard isShortest, let scalar = Unicode.Scalar(value) else { return (replacement, 1) }
    return (scalar, length)
  }

  /// Without white space, as Unicode knows it, at both ends.
  static func trimming(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes
    while let step = [1, 2, 3].first(where: { isWhitespace(rest.prefix($0), length: $0) }) {
      rest = rest.dropFirst(step)
    }
    while let step = [1, 2, 3].first(where: { isWhitespace(rest.suffix($0), length: $0) }) {
      rest = rest.dropLast(step)
    }
    return rest
  }

  private static func isWhitespace(_ bytes: ArraySlice<UInt8>, length: Int) -> Bool {
    guard bytes.count == length else { return false }
    let (scalar, count) = decode(bytes.span, at: 0)
    return count == length && scalar.properties.isWhitespace
  }
}
