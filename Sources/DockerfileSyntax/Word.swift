import Diagnostics

/// A piece of a Dockerfile: what it says, and where it says it.
package struct Word: Sendable, Hashable {
  /// The text with continuations joined; in flags and JSON also without quotes and escapes.
  package let text: String
  /// In bytes of the source file; covers everything the text was made from.
  package let range: Range<Int>

  package init(_ text: String, at range: Range<Int>) {
    self.text = text
    self.range = range
  }
}

extension Word {
  /// What stands before and behind the first `=`; nil when there is none.
  ///
  /// Where quotes, escapes or continuations make it unclear what stands where, both have the whole
  /// word's range.
  func splitAtEquals(in source: SourceFile) -> (before: Word, behind: Word)? {
    let bytes = Array(text.utf8)
    guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    let isPlain = source.bytes[range].elementsEqual(bytes)
    let split = range.lowerBound + equals
    return (
      Word(
        String(decoding: bytes[..<equals], as: UTF8.self),
        at: isPlain ? range.lowerBound..<split : range),
      Word(
        String(decoding: bytes[(equals + 1)...], as: UTF8.self),
        at: isPlain ? split + 1..<range.upperBound : range)
    )
  }
}
