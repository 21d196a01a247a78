/// Cuts arguments into words at white space that is neither quoted nor escaped.
///
/// Quotes and escapes stay: the expansion of variables needs them.
struct WordScanner {
  let line: LogicalLine
  let escape: UInt8
  private var position: Int
  private let end: Int

  init(_ line: LogicalLine, _ range: Range<Int>, escape: UInt8) {
    self.line = line
    self.escape = escape
    position = range.lowerBound
    end = range.upperBound
  }

  mutating func scan() -> [(text: [UInt8], range: Range<Int>)] {
    var words: [(text: [UInt8], range: Range<Int>)] = []
    while true {
      position = Whitespace.trimmingStart(line.bytes, position..<end).lowerBound
      guard position < end else { return words }
      let start = position
      let text = scanWord()
      if !text.isEmpty { words.append((text, start..<position)) }
    }
  }

  private mutating func scanWord() -> [UInt8] {
    var text: [UInt8] = []
    var quote: UInt8?
    while position < end {
      let byte = line.bytes[position]
      if quote == nil, Whitespace.length(in: line.bytes, at: position, end: end) > 0 { break }
      position += 1
      if byte == escape, quote != UInt8(ascii: "'") {
        // An escape at the very end escapes nothing and goes away.
        guard position < end else { break }
        let length = min(Self.characterLength(line.bytes[position]), end - position)
        text.append(byte)
        text += line.bytes[position..<position + length]
        position += length
        continue
      }
      if byte == quote {
        quote = nil
      } else if quote == nil, byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
      }
      text.append(byte)
    }
    return text
  }

  private static func characterLength(_ lead: UInt8) -> Int {
    switch lead {
    case 0xC0...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF7: 4
    default: 1
    }
  }
}
