import OCI

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

extension InputChange: CustomStringConvertible {
  /// `argument LR changed: 0.1 → 0.2`, `requirements.txt was edited`.
  package var description: String {
    switch self {
    case .added(let name, let new):
      Input.isHidden(new) || Self.isContent(new)
        ? "\(name) is new" : "\(name) is new: \(Self.short(new))"
    case .removed(let name, _): "\(name) is gone"
    case .changed(let name, let old, let new):
      if Input.isHidden(old) || Input.isHidden(new) {
        "\(name) changed"
      } else if Self.isContent(old), Self.isContent(new), !Self.isOfElsewhere(name) {
        "\(name) was edited"
      } else {
        "\(name) changed: \(Self.short(old)) → \(Self.short(new))"
      }
    }
  }

  /// A digest alone says nothing to people, unless it is of something that others make.
  private static func isContent(_ value: String) -> Bool {
    value.split(separator: " ").last.map { Digest($0) != nil } ?? false
  }

  private static func isOfElsewhere(_ name: String) -> Bool {
    name == "image" || ["base ", "destination ", "ADD "].contains { name.hasPrefix($0) }
  }

  private static func short(_ value: String) -> String {
    Digest(value)?.short ?? GitCommit(value)?.short
      ?? (value.isEmpty ? "nothing" : Input.shown(value))
  }
}
