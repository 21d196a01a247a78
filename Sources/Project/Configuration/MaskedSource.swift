package import Diagnostics

/// Hides what looks secret in a text that diagnostics will quote.
///
/// A message about line 7 prints line 7. A password there would be in a log forever, so what
/// stands behind `…password =`, `…token =` and the like is replaced by as many asterisks; bytes,
/// lines and columns stay where they were. Words are enough: a broken text has no keys yet.
package enum MaskedSource {
  private static let words = ["password", "passwd", "secret", "token", "api_key", "apikey"]
    .map { Array($0.utf8) }

  package static func masking(_ file: SourceFile) -> SourceFile {
    var bytes = file.bytes
    var start = 0
    var openQuotes: [UInt8]?
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      var from: Int? = openQuotes == nil ? nil : start
      if let quotes = openQuotes {
        if contains(quotes, in: file.bytes[start..<end]) { openQuotes = nil }
      } else if let value = secretValue(in: file.bytes, line: start..<end) {
        from = value
        openQuotes = multiLineQuotes(file.bytes[value..<end])
      }
      if let from { hide(&bytes, from..<end) }
      start = end + 1
    }
    return SourceFile(name: file.name, bytes: bytes)
  }

  /// Where the first value of the line that looks secret starts.
  private static func secretValue(in bytes: [UInt8], line: Range<Int>) -> Int? {
    var at = line.lowerBound
    while at < line.upperBound {
      if let word = words.first(where: { matches($0, in: bytes, at: at, end: line.upperBound) }) {
        var next = at + word.count
        // What may stand between such a word and its equals sign: the rest of the name, a quote.
        while next < line.upperBound, isBetween(bytes[next]) { next += 1 }
        if next < line.upperBound, bytes[next] == UInt8(ascii: "=") { return next + 1 }
      }
      at += 1
    }
    return nil
  }

  private static func matches(_ word: [UInt8], in bytes: [UInt8], at: Int, end: Int) -> Bool {
    guard at + word.count <= end else { return false }
    return word.indices.allSatisfy { index in
      let byte = bytes[at + index]
      let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      return (isUpper ? byte | 0x20 : byte) == word[index]
    }
  }

  private static func isBetween(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_-\"' \t".utf8.contains(byte)
    }
  }

  /// The quotes that a later line has to close, when this value opens a text of several lines.
  private static func multiLineQuotes(_ value: ArraySlice<UInt8>) -> [UInt8]? {
    for quote in ["\"\"\"", "'''"].map({ Array($0.utf8) }) {
      guard let opening = range(of: quote, in: value) else { continue }
      return contains(quote, in: value[opening.upperBound...]) ? nil : quote
    }
    return nil
  }

  private static func range(of part: [UInt8], in bytes: ArraySlice<UInt8>) -> Range<Int>? {
    bytes.firstRange(of: part)
  }

  private static func contains(_ part: [UInt8], in bytes: ArraySlice<UInt8>) -> Bool {
    range(of: part, in: bytes) != nil
  }

  private static func hide(_ bytes: inout [UInt8], _ range: Range<Int>) {
    for index in range where bytes[index] > 0x20 { bytes[index] = UInt8(ascii: "*") }
  }
}
