/// An ignore file's lines and its name. Knows nothing of matching.
///
/// Source: behaviour of moby's `patternmatcher/ignorefile`, and of BuildKit's `dockerui` for names.
package enum IgnoreFile {
  /// A line that holds a pattern.
  package struct Line: Sendable, Equatable {
    /// In clean form, without a leading slash; an exception begins with `!`.
    package let pattern: [UInt8]
    /// What it was made from, in bytes of the file.
    package let range: Range<Int>
  }

  /// Where the ignore file of a Dockerfile may be; the first that exists is the one that counts,
  /// even when it is empty.
  ///
  /// - Parameters:
  ///   - dockerfile: The Dockerfile's path.
  ///   - context: The directory of the context.
  package static func candidates(dockerfile: String, context: String) -> [String] {
    let folder = context.isEmpty || context.hasSuffix("/") ? context : context + "/"
    return ["\(dockerfile).dockerignore", "\(folder).dockerignore"]
  }

  /// Comments begin with `#` in the first column; blank lines say nothing.
  package static func lines(of bytes: [UInt8]) -> [Line] {
    var lines: [Line] = []
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      if let line = line(bytes[start..<end]) { lines.append(line) }
      start = end + 1
    }
    return lines
  }

  private static func line(_ bytes: ArraySlice<UInt8>) -> Line? {
    let trimmed = Scalars.trimming(bytes)
    guard bytes.first != UInt8(ascii: "#"), let first = trimmed.first else { return nil }
    let isException = first == UInt8(ascii: "!")
    var pattern = Array(isException ? Scalars.trimming(trimmed.dropFirst()) : trimmed)
    if !pattern.isEmpty {
      pattern = CleanPath.clean(pattern)
      if pattern.count > 1, pattern[0] == UInt8(ascii: "/") { pattern.removeFirst() }
    }
    return Line(
      pattern: (isException ? [UInt8(ascii: "!")] : []) + pattern,
      range: trimmed.startIndex..<trimmed.endIndex)
  }
}
