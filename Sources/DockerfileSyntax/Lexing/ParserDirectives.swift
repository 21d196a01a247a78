import Diagnostics

/// What the comments at the very top of a Dockerfile say to the parser: `# escape=`, `# syntax=`,
/// `# check=`.
package struct ParserDirectives: Sendable, Hashable {
  /// Escapes characters and continues lines: a backslash, or a backtick.
  package internal(set) var escape: Unicode.Scalar = "\\"
  package internal(set) var syntax: Word?
  package internal(set) var check: Word?

  package init() {}

  var escapeByte: UInt8 { UInt8(truncatingIfNeeded: escape.value) }
}

/// Reads directives line by line, until the first line that is none ends them.
///
/// Source: BuildKit, `frontend/dockerfile/docs/reference.md`, "Parser directives".
struct DirectiveReader {
  private(set) var directives = ParserDirectives()
  private var seen: Set<String> = []
  private var isDone = false

  /// - Parameter range: The line without leading white space and line end.
  mutating func read(_ source: SourceFile, _ range: Range<Int>) -> Diagnostic? {
    guard !isDone else { return nil }
    guard let (name, value) = Self.split(source, range) else {
      isDone = true
      return nil
    }
    let key = name.text.lowercased()
    guard ["escape", "syntax", "check"].contains(key) else {
      isDone = true
      return nil
    }
    guard seen.insert(key).inserted else {
      return Diagnostic(
        id: "repeated-directive", "the parser directive '\(key)' is given twice",
        at: SourceSpan(file: source, range: name.range), help: "keep one of the two lines")
    }
    switch key {
    case "escape": return setEscape(value, source)
    case "syntax": directives.syntax = value
    default: directives.check = value
    }
    return nil
  }

  private mutating func setEscape(_ value: Word, _ source: SourceFile) -> Diagnostic? {
    guard value.text == "\\" || value.text == "`", let scalar = value.text.unicodeScalars.first
    else {
      return Diagnostic(
        id: "invalid-escape", "'\(value.text)' cannot be the escape character",
        at: SourceSpan(file: source, range: value.range),
        help: "write '# escape=`' or '# escape=\\'")
    }
    directives.escape = scalar
    return nil
  }

  /// `# name = value`: a letter, then letters and digits; the value is not empty.
  private static func split(_ source: SourceFile, _ range: Range<Int>) -> (Word, Word)? {
    let bytes = source.bytes
    guard let hash = range.first, bytes[hash] == UInt8(ascii: "#") else { return nil }
    let start = Whitespace.trimmingStart(bytes, hash + 1..<range.upperBound).lowerBound
    guard start < range.upperBound, isLetter(bytes[start]) else { return nil }
    var end = start
    while end < range.upperBound, isLetter(bytes[end]) || isDigit(bytes[end]) { end += 1 }
    var equals = end
    while equals < range.upperBound, isBlank(bytes[equals]) { equals += 1 }
    guard equals < range.upperBound, bytes[equals] == UInt8(ascii: "=") else { return nil }
    var first = equals + 1
    var last = range.upperBound
    while first < last, isBlank(bytes[first]) { first += 1 }
    while last > first, isBlank(bytes[last - 1]) { last -= 1 }
    if first == last {
      // An empty value ends the directives; one of white space alone is a value of one character.
      guard first > equals + 1 else { return nil }
      (first, last) = (range.upperBound - 1, range.upperBound)
    }
    return (
      Word(source.text(in: start..<end), at: start..<end),
      Word(source.text(in: first..<last), at: first..<last)
    )
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0C || byte == 0x0D
  }
}
