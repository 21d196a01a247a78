/// Takes the `--name=value` words off the front of an instruction's arguments.
///
/// Quotes and escapes are removed. A word that is just `--` ends the flags.
///
/// Source: behaviour of BuildKit's `splitCommand`; unlike it, a flag keeps its non-ASCII characters.
struct FlagScanner {
  let line: LogicalLine
  let escape: UInt8
  private(set) var flags: [Word] = []
  private var position: Int
  private let end: Int

  init(_ line: LogicalLine, _ range: Range<Int>, escape: UInt8) {
    self.line = line
    self.escape = escape
    position = range.lowerBound
    end = range.upperBound
  }

  /// - Returns: The range of what follows the flags.
  mutating func scan() -> Range<Int> {
    while true {
      position = Whitespace.trimmingStart(line.bytes, position..<end).lowerBound
      guard position + 1 < end, isDash(position), isDash(position + 1) else {
        return position..<end
      }
      let start = position
      let (text, wasQuoted) = scanWord()
      if text.elementsEqual("--".utf8) { return position..<end }
      if wasQuoted || !text.isEmpty { flags.append(line.word(text, from: start..<position)) }
    }
  }

  private func isDash(_ index: Int) -> Bool { line.bytes[index] == UInt8(ascii: "-") }

  private mutating func scanWord() -> (text: [UInt8], wasQuoted: Bool) {
    var text: [UInt8] = []
    var quote: UInt8?
    var wasQuoted = false
    while position < end {
      let byte = line.bytes[position]
      if quote == nil, Whitespace.length(in: line.bytes, at: position, end: end) > 0 { break }
      position += 1
      switch byte {
      case quote: quote = nil
      case UInt8(ascii: "'") where quote == nil, UInt8(ascii: "\"") where quote == nil:
        quote = byte
        wasQuoted = true
      case escape:
        guard position < end else { break }
        text.append(line.bytes[position])
        position += 1
      default: text.append(byte)
      }
    }
    return (text, wasQuoted)
  }
}
