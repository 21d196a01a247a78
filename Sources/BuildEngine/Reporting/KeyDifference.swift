import Diagnostics

/// A difference between what went into a step's key now and the time before.
enum KeyDifference: Equatable {
  /// The root file system that it starts from.
  case root
  /// One that it copies from, or mounts.
  case source
  /// What files it adds, or mounts from the context.
  case files
  case variable(name: String, old: String?, new: String?)
  /// The value of a secret that counts.
  case secret(id: String)
  /// Whether a secret's value counts.
  case secretCounts(id: String)
  /// Something whose value is not kept; the name where it is the only one.
  case hidden(name: String?)
  case field(name: String, old: String, new: String)

  /// Whether it follows from what an earlier step left.
  var isOfInput: Bool { self == .root || self == .source }

  /// Every difference, in order of name.
  /// - Parameters:
  ///   - old: Names and values as a ``StepKeyListing`` has them.
  ///   - new: A value is left out where it is not known yet; it then counts as another one.
  static func between(_ old: [[String]], _ new: [[String]]) -> [KeyDifference] {
    let (before, after) = (KeyParts(old), KeyParts(new))
    // Different kinds of steps have nothing in common.
    if let old = before.fields["kind"], let new = after.fields["kind"], old != new {
      return [.field(name: "kind", old: text(old, of: "kind"), new: text(new, of: "kind"))]
    }
    let names = Set(before.fields.keys).union(after.fields.keys).union(["mount"]).sorted()
    return names.flatMap { name -> [KeyDifference] in
      if name == "mount" { return mounts(before.mounts, after.mounts) }
      let (old, new) = (before.fields[name] ?? [], after.fields[name] ?? [])
      if old == new { return [] }
      switch name {
      case "root": return [.root]
      case "source": return [.source]
      // Of what stands in the Dockerfile.
      case "tree", "content": return [.files]
      case "environment": return variables(old, new)
      default:
        let name = name == "argument" ? "command" : name
        return [.field(name: name, old: text(old, of: name), new: text(new, of: name))]
      }
    }
  }

  private static func text(_ values: [String], of name: String) -> String {
    let text = values.joined(separator: " ")
    guard text.isEmpty else { return text }
    return ["user", "owner"].contains(name) ? "root" : "nothing"
  }

  private static func mounts(_ old: [KeyParts.Mount], _ new: [KeyParts.Mount]) -> [KeyDifference] {
    func text(_ mounts: [KeyParts.Mount]) -> String {
      mounts.isEmpty ? "nothing" : mounts.map(\.text).joined(separator: "; ")
    }
    guard old.count == new.count else {
      return [.field(name: "mounts", old: text(old), new: text(new))]
    }
    return zip(old, new).compactMap { old, new in
      if old.parts != new.parts { return .field(name: "mount", old: old.text, new: new.text) }
      if old.content == new.content { return nil }
      guard let id = new.secret else { return new.isOfContext ? .files : .source }
      let isCounted = [old, new].allSatisfy { $0.content?.isEmpty == false }
      return isCounted ? .secret(id: id) : .secretCounts(id: id)
    }
  }

  private static func variables(_ old: [String], _ new: [String]) -> [KeyDifference] {
    let (before, after) = (values(old), values(new))
    return Set(before.keys).union(after.keys).sorted().compactMap { name in
      before[name] == after[name]
        ? nil : .variable(name: name, old: before[name], new: after[name])
    }
  }

  private static func values(_ assignments: [String]) -> [String: String] {
    var values: [String: String] = [:]
    for item in assignments {
      if let sides = NamedValue(item) { values[sides.name] = sides.value }
    }
    return values
  }
}
