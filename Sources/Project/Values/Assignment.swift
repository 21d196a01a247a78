import Diagnostics

/// `NAME=value`: a build argument, a variable of the environment, a label.
package struct Assignment: Hashable, Sendable, Codable {
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// - Parameter text: A name, `=`, and any value, an empty one too; otherwise nil comes back.
  package init?(_ text: String) {
    guard let sides = NamedValue(text), Self.isName(sides.name) else { return nil }
    self.init(name: sides.name, value: sides.value)
  }

  /// Labels and variables allow nearly everything; what no shell or program can mean is refused.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "=") }
  }
}

extension Sequence<Located<Assignment>> {
  /// By name; of those with the same name the last counts.
  var byName: [String: String] {
    Dictionary(map { ($0.value.name, $0.value.value) }, uniquingKeysWith: { $1 })
  }
}
