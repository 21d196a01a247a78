/// One thing that a target was made from.
package struct Input: Sendable, Hashable, Codable {
  /// What it is: `Dockerfile`, `requirements requirements.txt`, `base python:3.11-slim`, `argument
  /// VERSION`, `context`.
  package let name: String
  /// The value itself where it is short and open, else a digest. A secret is only ever a keyed hash.
  package let value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A difference between what a target was made from and what there is now.
package enum InputChange: Sendable, Hashable {
  case added(name: String, new: String)
  case removed(name: String, old: String)
  case changed(name: String, old: String, new: String)

  package var name: String {
    switch self {
    case .added(let name, _), .removed(let name, _), .changed(let name, _, _): name
    }
  }

  /// Every difference, in the order of `new`, then what is gone.
  package static func between(_ old: [Input], _ new: [Input]) -> [InputChange] {
    let before = Dictionary(old.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    let after = Set(new.map(\.name))
    let present: [InputChange] = new.compactMap { input in
      guard let value = before[input.name] else {
        return .added(name: input.name, new: input.value)
      }
      return value == input.value
        ? nil : .changed(name: input.name, old: value, new: input.value)
    }
    return present
      + old.filter { !after.contains($0.name) }.map { .removed(name: $0.name, old: $0.value) }
  }
}
