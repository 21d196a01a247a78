import Diagnostics

/// A source text whose places of interest are marked in it: `COPY ⟦--form⟧=x a b`.
struct MarkedSource {
  let file: SourceFile
  /// In the order of their opening marks, without the marks themselves.
  let ranges: [Range<Int>]

  init(_ text: String) {
    var bytes: [UInt8] = []
    var starts: [Int] = []
    var found: [Range<Int>] = []
    for scalar in text.unicodeScalars {
      switch scalar {
      case "⟦": starts.append(bytes.count)
      case "⟧": if let start = starts.popLast() { found.append(start..<bytes.count) }
      default: bytes += Array(String(scalar).utf8)
      }
    }
    file = SourceFile(name: "Dockerfile", bytes: bytes)
    ranges = found.sorted { $0.lowerBound < $1.lowerBound }
  }
}
