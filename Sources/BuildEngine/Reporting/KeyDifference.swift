/// A difference between what went into a step's key now and the time before.
enum KeyDifference: Equatable {
  /// The root file system that it starts from.
  case root
  /// The one that it copies from.
  case source
  /// What files it adds.
  case files
  case variable(name: String, old: String?, new: String?)
  case field(name: String, old: String, new: String)

  /// Every difference, in order of name.
  /// - Parameters:
  ///   - old: Names and values as a ``StepKeyListing`` has them.
  static func between(_ old: [[String]], _ new: [[String]]) -> [KeyDifference] {
    let (before, after) = (grouped(old), grouped(new))
    return Set(before.keys).union(after.keys).sorted().flatMap { name -> [KeyDifference] in
      let (old, new) = (before[name] ?? [], after[name] ?? [])
      if old == new { return [] }
      switch name {
      case "root": return [.root]
      case "source": return [.source]
      case "tree": return [.files]
      case "environment": return variables(old, new)
      default:
        return [
          .field(
            name: name, old: old.joined(separator: " "), new: new.joined(separator: " "))
        ]
      }
    }
  }

  private static func grouped(_ parts: [[String]]) -> [String: [String]] {
    var groups: [String: [String]] = [:]
    for part in parts where part.count == 2 { groups[part[0], default: []].append(part[1]) }
    return groups
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
      guard let equals = item.firstIndex(of: "=") else { continue }
      values[String(item[..<equals])] = String(item[item.index(after: equals)...])
    }
    return values
  }
}
