import CTOML
import Diagnostics

/// Finds the bytes that a line and column of the TOML parser mean: it counts code points, the
/// diagnostics count bytes.
struct TOMLLines {
  private let bytes: [UInt8]
  private let file: SourceFile
  private let starts: [Int]

  /// - Parameters:
  ///   - bytes: What was parsed.
  ///   - file: What spans are in, as long as `bytes`.
  init(_ bytes: [UInt8], shownAs file: SourceFile) {
    self.bytes = bytes
    self.file = file
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(index + 1)
    }
    self.starts = starts
  }

  func span(of region: ctoml_region) -> SourceSpan {
    let begin = offset(of: region.begin)
    return SourceSpan(file: file, range: begin..<max(begin, offset(of: region.end)))
  }

  private func offset(of position: ctoml_position) -> Int {
    guard position.line >= 1, Int(position.line) <= starts.count else { return 0 }
    var offset = starts[Int(position.line) - 1]
    if offset == 0, bytes.starts(with: [0xef, 0xbb, 0xbf]) { offset = 3 }
    var column = 1
    while column < position.column, offset < bytes.count {
      offset += 1
      // The bytes that continue a code point belong to it.
      while offset < bytes.count, bytes[offset] & 0xc0 == 0x80 { offset += 1 }
      column += 1
    }
    return offset
  }
}
