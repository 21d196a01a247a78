/// Reads the exec form, a JSON array of strings.
///
/// Text that is not JSON is no error: the instruction is then in its other form. An array that is
/// JSON and holds anything but strings is an error.
///
/// Source: RFC 8259; BuildKit's `parseJSON`.
struct JSONStringArray {
  enum Outcome {
    case strings([Word])
    case notJSON
    /// Where the first element is that is not a string.
    case notStrings(Range<Int>)
  }

  /// Deeper nesting is not JSON to the reference.
  private static let depthLimit = 10_000

  private let line: LogicalLine
  private var position: Int
  private let end: Int
  private var strings: [Word] = []
  private var stranger: Range<Int>?

  static func read(_ line: LogicalLine, _ range: Range<Int>) -> Outcome {
    let start = Whitespace.trimmingStart(line.bytes, range)
    guard let first = start.first, line.bytes[first] == UInt8(ascii: "[") else { return .notJSON }
    var reader = JSONStringArray(line, start)
    guard reader.readArray() else { return .notJSON }
    if let stranger = reader.stranger { return .notStrings(line.sourceRange(of: stranger)) }
    return .strings(reader.strings)
  }

  private init(_ line: LogicalLine, _ range: Range<Int>) {
    self.line = line
    position = range.lowerBound
    end = range.upperBound
  }

  private mutating func readArray() -> Bool {
    position += 1
    skipBlanks()
    if take("]") { return atEnd() }
    repeat {
      skipBlanks()
      let start = position
      if peek() == UInt8(ascii: "\"") {
        guard let text = readString() else { return false }
        strings.append(line.word(text, from: start..<position))
      } else {
        guard skipValue() else { return false }
        stranger = stranger ?? start..<position
      }
      skipBlanks()
    } while take(",")
    return take("]") && atEnd()
  }

  private mutating func atEnd() -> Bool {
    skipBlanks()
    return position == end
  }

  // MARK: - Tokens

  private func peek() -> UInt8? { position < end ? line.bytes[position] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let byte = peek(), UInt32(byte) == character.value else { return false }
    position += 1
    return true
  }

  private mutating func skipBlanks() {
    while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      position += 1
    }
  }

  /// - Returns: nil when the string is not closed, or holds a control character or a bad escape.
  private mutating func readString() -> [UInt8]? {
    position += 1
    var text: [UInt8] = []
    while let byte = peek() {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case UInt8(ascii: "\\"):
        guard let scalar = readEscape() else { return nil }
        text += Array(String(Character(scalar)).utf8)
      case 0..<0x20: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  private mutating func readEscape() -> Unicode.Scalar? {
    guard let byte = peek() else { return nil }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return readUTF16()
    default: return nil
    }
  }

  /// A surrogate without its other half stands for U+FFFD.
  private mutating func readUTF16() -> Unicode.Scalar? {
    guard let first = readHex() else { return nil }
    if let scalar = Unicode.Scalar(first) { return scalar }
    let start = position
    guard first < 0xDC00, take("\\"), take("u") else {
      position = start
      return "\u{FFFD}"
    }
    guard let second = readHex() else { return nil }
    guard (0xDC00..<0xE000).contains(second) else {
      position = start
      return "\u{FFFD}"
    }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private mutating func readHex() -> UInt32? {
    guard position + 4 <= end else { return nil }
    let digits = line.bytes[position..<position + 4]
    guard digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }) else { return nil }
    position += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}

// MARK: - Values that are no strings

extension JSONStringArray {
  /// Passes over one value; arrays and objects are kept on a list instead of the stack.
  private mutating func skipValue() -> Bool {
    var open: [Unicode.Scalar] = []
    while true {
      skipBlanks()
      if take("[") {
        skipBlanks()
        if !take("]") {
          open.append("]")
          guard open.count < Self.depthLimit else { return false }
          continue
        }
      } else if take("{") {
        skipBlanks()
        if !take("}") {
          open.append("}")
          guard open.count < Self.depthLimit, skipKey() else { return false }
          continue
        }
      } else if !skipScalar() {
        return false
      }
      guard closeContainers(&open) else { return false }
      if open.isEmpty { return true }
    }
  }

  /// After a value: closes what ends here, and goes to the next value of what does not.
  private mutating func closeContainers(_ open: inout [Unicode.Scalar]) -> Bool {
    while let closer = open.last {
      skipBlanks()
      if take(",") { return closer == "]" || skipKey() }
      guard take(closer) else { return false }
      open.removeLast()
    }
    return true
  }

  private mutating func skipKey() -> Bool {
    skipBlanks()
    guard peek() == UInt8(ascii: "\""), readString() != nil else { return false }
    skipBlanks()
    return take(":")
  }

  private mutating func skipScalar() -> Bool {
    if peek() == UInt8(ascii: "\"") { return readString() != nil }
    for literal in ["true", "false", "null"]
    where line.bytes[position..<end].starts(with: literal.utf8) {
      position += literal.utf8.count
      return true
    }
    return skipNumber()
  }

  private mutating func skipNumber() -> Bool {
    let start = position
    _ = take("-")
    if !take("0") { guard skipDigits() else { return false } }
    if take(".") { guard skipDigits() else { return false } }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      guard skipDigits() else { return false }
    }
    // A number too large for a double is not JSON to the reference.
    return Double(line.text(start..<position))?.isFinite ?? false
  }

  private mutating func skipDigits() -> Bool {
    let start = position
    while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      position += 1
    }
    return position > start
  }
}
