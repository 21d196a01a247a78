/// How one field differs between the configurations of two images. Layers are none of it: they are
/// compared by their diff IDs.
package struct ConfigDifference: Hashable, Sendable {
  /// `env PATH`, `cmd`, `label NAME`, `history[3]`…: stable, scripts may match it.
  package let field: String
  /// nil where the configuration has no such field.
  package let before: String?
  package let after: String?

  /// Every difference, in the order in which people think of them.
  ///
  /// - Parameters:
  ///   - shown: Gives a value as it may be shown, by the name that it has (of a variable, of a
  ///     label, else of the field): what counts as a secret is not known here. What is compared is
  ///     the value itself.
  package static func between(
    _ old: ImageConfig, _ new: ImageConfig, shown: (_ value: String, _ name: String) -> String
  ) -> [ConfigDifference] {
    let (before, after) = (ConfigFields(old), ConfigFields(new))
    // Of history that only one has, one line says it all.
    let common = min(old.history?.count ?? 0, new.history?.count ?? 0)
    let names = before.fields.merging(after.fields) { first, _ in first }
      .filter { $0.key.history.map { $0 < common } ?? true || !$0.key.isDetail }
      .keys.sorted()
    var found = names.compactMap { key -> ConfigDifference? in
      let (a, b) = (before.fields[key], after.fields[key])
      if a == b { return nil }
      return ConfigDifference(
        field: key.description, before: a.map { shown($0, key.name) },
        after: b.map { shown($0, key.name) })
    }
    if let order = orderOfEnvironment(old, new, found) { found.append(order) }
    return found
  }

  /// The same variables in another order make another image.
  private static func orderOfEnvironment(
    _ old: ImageConfig, _ new: ImageConfig, _ found: [ConfigDifference]
  ) -> ConfigDifference? {
    let before = old.config?.environment ?? []
    let after = new.config?.environment ?? []
    guard before != after, !found.contains(where: { $0.field.hasPrefix("env ") }) else {
      return nil
    }
    func names(_ list: [String]) -> String {
      list.map { String($0.prefix { $0 != "=" }) }.joined(separator: " ")
    }
    return ConfigDifference(field: "env order", before: names(before), after: names(after))
  }
}

extension ConfigDifference: CustomStringConvertible {
  /// `cmd: ["sh"] → ["bash"]`.
  package var description: String { "\(field): \(before ?? "none") → \(after ?? "none")" }
}
