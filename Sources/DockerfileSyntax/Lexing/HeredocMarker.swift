/// `<<NAME` in an instruction's line: it says that a text follows below.
///
/// Source: behaviour of BuildKit's `ParseHeredoc`. A marker is a word of the line by itself, with a
/// number before and a `-` behind `<<` at most; what is inside quotes is none.
struct HeredocMarker: Sendable, Hashable {
  let name: String
  let range: Range<Int>
  let fileDescriptor: UInt
  let expands: Bool
  let stripsTabs: Bool

  private static let arrows = Array("<<".utf8)

  /// Those of a line, in order. A line with an unbalanced quote has none.
  static func all(in line: LogicalLine) -> [HeredocMarker] {
    let text = line.text(line.range)
    guard find(arrows, in: line.bytes, from: 0) != nil else { return [] }
    let splitter = WordExpansion(options: [.keepsQuotes, .keepsEscapes, .keepsUnset])
    guard let words = try? splitter.words(text, lookup: { _ in nil }).value else { return [] }
    var searched = 0
    var markers: [HeredocMarker] = []
    for word in words where find(arrows, in: Array(word.utf8), from: 0) != nil {
      let place = find(Array(word.utf8), in: line.bytes, from: searched)
      if let place { searched = place.upperBound }
      let range = line.sourceRange(of: place ?? line.range)
      if let marker = HeredocMarker(Word(word, at: range)) { markers.append(marker) }
    }
    return markers
  }

  init?(_ word: Word) {
    let scalars = Array(word.text.unicodeScalars)
    var position = 0
    while position < scalars.count, ("0"..."9").contains(scalars[position]) { position += 1 }
    let digits = String(String.UnicodeScalarView(scalars[..<position]))
    guard scalars[position...].starts(with: ["<", "<"]) else { return nil }
    position += 2
    stripsTabs = position < scalars.count && scalars[position] == "-"
    if stripsTabs { position += 1 }
    while position < scalars.count, "\t\n\u{0C}\r ".unicodeScalars.contains(scalars[position]) {
      position += 1
    }
    let rest = String(String.UnicodeScalarView(scalars[position...]))
    guard !rest.isEmpty, !rest.unicodeScalars.contains("<"),
      let (name, isQuoted) = Self.unquote(rest)
    else { return nil }
    self.name = name
    range = word.range
    fileDescriptor = digits.isEmpty ? 0 : UInt(digits) ?? .max
    expands = !isQuoted
  }

  /// - Returns: nil when it is not one word.
  private static func unquote(_ text: String) -> (name: String, isQuoted: Bool)? {
    let plain = WordExpansion(options: .keepsUnset)
    let raw = WordExpansion(options: [.keepsUnset, .keepsQuotes])
    guard let words = try? plain.words(text, lookup: { _ in nil }).value, words.count == 1,
      let rawWords = try? raw.words(text, lookup: { _ in nil }).value, rawWords.count == 1
    else { return nil }
    return (words[0], quotes(in: words[0]) != quotes(in: rawWords[0]))
  }

  private static func quotes(in text: String) -> Int {
    text.utf8.count { $0 == UInt8(ascii: "'") || $0 == UInt8(ascii: "\"") }
  }

  private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Range<Int>? {
    guard !needle.isEmpty, bytes.count >= needle.count else { return nil }
    var index = start
    while index + needle.count <= bytes.count {
      if bytes[index...].starts(with: needle) { return index..<index + needle.count }
      index += 1
    }
    return nil
  }
}
