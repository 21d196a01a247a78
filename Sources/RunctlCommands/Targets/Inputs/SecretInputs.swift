import OCI
import Project
import State

/// Secrets among the inputs of an image: they are recorded as keyed hashes, so that a change is
/// seen, and do not make it out of date unless that is asked for.
enum SecretInputs {
  private static let prefix = "secret "
  /// Stands for the value of a secret that nobody gave.
  static let missing = "not given"

  static func name(_ id: String) -> String { prefix + id }

  static func inputs(of ids: [String], _ secrets: ImageSecrets, _ key: SecretKey) throws -> [Input]
  {
    try ids.map { Input(name($0), try secrets.stamp(of: $0, key)) }
  }

  /// The inputs, where a secret that is not given now is what it was: nobody can say that it changed.
  static func keeping(
    _ recorded: [Input], in inputs: [Input], _ secrets: ImageSecrets
  ) -> [Input] {
    inputs.map { input in
      guard input.value == missing, !counts(input.name, secrets) else { return input }
      return recorded.first { $0.name == input.name } ?? input
    }
  }

  /// Whether a change of this input leads to a rebuild.
  static func counts(_ name: String, _ secrets: ImageSecrets) -> Bool {
    guard let id = id(name) else { return true }
    return secrets.definitions[id]?.rebuilds ?? false
  }

  /// Whether a secret was given only once: that says nothing about its value.
  static func isOfMissing(_ change: InputChange) -> Bool {
    guard id(change.name) != nil, case .changed(_, let old, let new) = change else { return false }
    return old == missing || new == missing
  }

  private static func id(_ name: String) -> String? {
    name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
  }

  /// Lines about the secrets of an image that is up to date, and that are not what they were when it
  /// was made.
  static func lines(recorded: [Input], _ secrets: ImageSecrets, _ key: SecretKey) -> [String] {
    recorded.compactMap { input in
      guard let id = id(input.name), !counts(input.name, secrets) else { return nil }
      // Of one that is not given now, or cannot be read, nobody can say that it changed.
      guard let now = try? secrets.stamp(of: id, key), now != input.value, now != missing else {
        return nil
      }
      let what = input.value == missing ? "it was not given before" : "its value changed"
      return "secret \(id): \(what); that does not rebuild (secrets.\(id).rebuild = true would)"
    }
  }
}

extension ImageTarget {
  /// Lines for who explains why the image is up to date.
  func secretLines(_ state: ProjectState) throws -> [String] {
    guard let record = try state.targets.current(target),
      record.inputs.contains(where: { !SecretInputs.counts($0.name, secrets) })
    else { return [] }
    return SecretInputs.lines(
      recorded: record.inputs, secrets, try SecretKey(workspace.store()))
  }
}
