/// A version of numbers and dots, as NVIDIA's drivers and CUDA have them: `550.54.15`, `12.4`.
package struct DriverVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  private let parts: [Int]
  /// As it was written: `520.61.05` is not told as `520.61.5`.
  package let description: String

  /// - Parameter text: nil comes back unless it begins with a number; what follows the numbers is
  ///   passed over.
  package init?(_ text: some StringProtocol) {
    var parts: [Int] = []
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      let digits = part.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits) else { break }
      parts.append(number)
      if digits.count < part.count { break }
    }
    guard !parts.isEmpty else { return nil }
    self.parts = parts
    description = text.split(separator: ".", omittingEmptySubsequences: false)
      .prefix(parts.count).map { $0.prefix { $0.isASCII && $0.isNumber } }.joined(separator: ".")
  }

  package var major: Int { parts[0] }
  /// Major and minor number alone.
  var release: DriverVersion { DriverVersion(parts: Array(parts.prefix(2))) }

  private init(parts: [Int]) {
    self.parts = parts
    description = parts.map(String.init).joined(separator: ".")
  }

  package static func == (left: DriverVersion, right: DriverVersion) -> Bool {
    !(left < right) && !(right < left)
  }

  /// What is not written is 0.
  package static func < (left: DriverVersion, right: DriverVersion) -> Bool {
    for index in 0..<max(left.parts.count, right.parts.count) {
      let (a, b) = (left.number(index), right.number(index))
      if a != b { return a < b }
    }
    return false
  }

  package func hash(into hasher: inout Hasher) {
    for part in parts.reversed().drop(while: { $0 == 0 }).reversed() { hasher.combine(part) }
  }

  private func number(_ index: Int) -> Int { index < parts.count ? parts[index] : 0 }
}

extension DriverVersion: ExpressibleByStringLiteral {
  /// For tables: a literal that is no version is version 0.
  package init(stringLiteral text: String) { self = DriverVersion(text) ?? Self(parts: [0]) }
}
