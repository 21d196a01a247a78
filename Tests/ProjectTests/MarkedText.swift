import Diagnostics

/// A text whose expected positions are marked in it: `key = «value»`.
struct MarkedText: CustomStringConvertible {
  let description: String
  let file: SourceFile
  let ranges: [Range<Int>]

  init(_ marked: String, name: String = ".runctl.toml") {
    var bytes: [UInt8] = []
    var starts: [Int] = []
    var ranges: [Range<Int>] = []
    for character in marked {
      switch character {
      case "«": starts.append(bytes.count)
      case "»": ranges.append((starts.popLast() ?? 0)..<bytes.count)
      default: bytes += Array(String(character).utf8)
      }
    }
    description = marked
    file = SourceFile(name: name, bytes: bytes)
    self.ranges = ranges
  }
}
