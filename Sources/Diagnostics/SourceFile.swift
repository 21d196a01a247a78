/// A text that a person wrote, and its name as the person knows it.
///
/// Offsets are in UTF-8 bytes from the start; lines and columns count from 1, and a column counts
/// bytes, as compilers do.
package struct SourceFile: Sendable, Hashable {
  package let name: String
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  package init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// The line and column of a byte; an offset beyond the end is the end.
  package func position(of offset: Int) -> (line: Int, column: Int) {
    let end = min(max(offset, 0), bytes.count)
    var line = 1
    var start = 0
    for index in 0..<end where bytes[index] == UInt8(ascii: "\n") {
      line += 1
      start = index + 1
    }
    return (line, end - start + 1)
  }

  /// The byte range of the line that holds `offset`, without its line end.
  package func lineRange(around offset: Int) -> Range<Int> {
    let at = min(max(offset, 0), bytes.count)
    let start = bytes[..<at].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    var end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<end
  }

  package func text(in range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }
}

/// A place in a text.
package struct SourceSpan: Sendable, Hashable {
  package let file: SourceFile
  /// In UTF-8 bytes; may be empty, and then stands before its lower bound.
  package let range: Range<Int>

  package init(file: SourceFile, range: Range<Int>) {
    self.file = file
    self.range = range
  }

  package var start: (line: Int, column: Int) { file.position(of: range.lowerBound) }
}
