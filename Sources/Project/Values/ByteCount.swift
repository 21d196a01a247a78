/// An amount of data, as people write it: `512MB`, `20 GiB`, `64m`.
package struct ByteCount: Hashable, Sendable {
  package let bytes: Int64

  package init(bytes: Int64) {
    self.bytes = bytes
  }

  /// - Parameter text: A whole number and a unit: none or `B`, `K`…`T` and `KiB`…`TiB` count by
  ///   1024, `KB`…`TB` by 1000; otherwise nil comes back.
  package init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard let count = Int64(digits), let factor = Self.factor(of: unit) else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
    guard !overflow else { return nil }
    self.init(bytes: bytes)
  }

  private static func factor(of unit: String) -> Int64? {
    if ["", "b"].contains(unit) { return 1 }
    guard let letter = unit.first, let place = Array("kmgt").firstIndex(of: letter) else {
      return nil
    }
    let base: Int64
    switch unit.dropFirst() {
    case "", "i", "ib": base = 1024
    case "b": base = 1000
    default: return nil
    }
    return (0...place).reduce(1) { factor, _ in factor * base }
  }
}
