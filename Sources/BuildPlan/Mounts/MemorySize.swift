/// `64m`, `1g`, `1.5 GiB`: the sizes of memory mounts, counted by 1024.
///
/// Source: Docker's `go-units`, `RAMInBytes`.
enum MemorySize {
  /// - Returns: nil when the text is no size.
  static func bytes(_ text: String) -> Int64? {
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let amount = Double(number), amount.isFinite else { return nil }
    var unit = text[number.endIndex...].lowercased()[...]
    if unit.first == " " { unit = unit.dropFirst() }
    var factor = 1.0
    if let letter = unit.first, let power = Array("kmgtp").firstIndex(of: letter) {
      for _ in 0...power { factor *= 1024 }
      guard ["", "b", "ib"].contains(unit.dropFirst()) else { return nil }
    } else if !["", "b"].contains(unit) {
      return nil
    }
    let bytes = amount * factor
    return bytes < 0x1p62 ? Int64(bytes) : nil
  }
}
