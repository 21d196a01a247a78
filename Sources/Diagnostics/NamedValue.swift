/// The two sides of `NAME=value`.
///
/// It is cut at a byte, as all programs do that read it. A `=` and a mark that combines with it are
/// one other character to Swift: such a value would swallow the `=`, and be taken for a name.
package struct NamedValue: Sendable, Hashable {
  package let name: String
  package let value: String

  /// - Returns: nil without a `=`.
  package init?(_ text: some StringProtocol) {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    name = String(decoding: text.utf8[..<equals], as: UTF8.self)
    value = String(decoding: text.utf8[equals...].dropFirst(), as: UTF8.self)
  }
}
