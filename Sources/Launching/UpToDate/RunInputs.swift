import Diagnostics
import FileSystem
package import OCI
package import Project
package import State

/// Everything that a run is made from, one by one, and what must be as it was for the run to be up
/// to date.
package struct RunInputs: Sendable {
  /// Stands before the hash of a value that is not kept.
  package static let keyedMark = "keyed:"

  package let inputs: [Input]
  /// Why nothing can be said of what the run reads; it then runs always.
  package let alwaysRunsBecause: String?
  private let outputs: [RunOutput]

  /// - Parameters:
  ///   - keyed: A hash with a key, for values that must not be recorded.
  ///   - stateDirectory: Does not count where it lies in an input.
  /// - Throws: ``LaunchError/inputMissing(path:span:)``, ``LaunchError/inputUnreadable(path:reason:)``.
  package init(
    _ plan: RunPlan, imageDigest: Digest, settings: RunSettings, folders: ProjectFolders,
    stateDirectory: String, keyed: (String) -> String
  ) throws(LaunchError) {
    var inputs = [Input("image", imageDigest.description)]
    let words = SecretArguments.masked(plan.arguments) { Self.keyedMark + keyed($0) }
    inputs.append(Input("command", ShellWords.line(words)))
    inputs.append(Input("working directory", plan.workingDirectory))
    inputs.append(Input("user", plan.user ?? "root"))
    inputs += plan.given.map { variable in
      let isSecret = SecretName.looksSecret(variable.name)
      return Input(
        "variable \(variable.name)",
        isSecret ? Self.keyedMark + keyed(variable.value) : variable.value)
    }
    inputs += settings.volumes.map { volume in
      Input(
        "volume \(volume.value.destination)",
        volume.value.source + (volume.value.isReadOnly ? ":ro" : ""))
    }
    inputs += try DeclaredInputs(
      folders: folders, excluded: Set(plan.outputs.map(\.destination) + [stateDirectory]),
      clock: TouchedFileClock(directory: stateDirectory)
    ).values(of: settings.inputs)
    self.inputs = inputs
    outputs = plan.outputs
    alwaysRunsBecause = Self.undeclared(settings, plan, folders)
  }

  /// A run on the host: what it reads is for the caller to say.
  package init(inputs: [Input], outputs: [RunOutput], alwaysRunsBecause: String?) {
    self.inputs = inputs
    self.outputs = outputs
    self.alwaysRunsBecause = alwaysRunsBecause
  }

  /// Why the run is not up to date, a line each; none when it is.
  ///
  /// - Parameter recorded: The inputs of the last run that succeeded, with the
  ///   ``RunResult/outputs`` that came of it; nil when there was none.
  package func reasonsToRun(since recorded: [Input]?) -> [String] {
    if let alwaysRunsBecause { return [alwaysRunsBecause] }
    guard let recorded else { return ["it never ran to success"] }
    let values = Dictionary(
      recorded.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    return InputChange.between(Self.withoutOutputs(recorded), inputs).map(Self.sentence)
      + outputs.compactMap {
        OutputState.difference($0, recorded: values[OutputState.prefix + $0.path])
      }
  }

  /// What a run has made is recorded beside what it was made from.
  package static func withoutOutputs(_ recorded: [Input]) -> [Input] {
    recorded.filter { !$0.name.hasPrefix(OutputState.prefix) }
  }

  private static func sentence(_ change: InputChange) -> String {
    switch change {
    case .added(let name, _): "\(name) is new"
    case .removed(let name, _): "\(name) is gone"
    case .changed(let name, _, _): "\(name) was changed"
    }
  }

  /// Volumes must lie in declared inputs, or in outputs, whose state is known since the last run.
  private static func undeclared(
    _ settings: RunSettings, _ plan: RunPlan, _ folders: ProjectFolders
  ) -> String? {
    let known =
      settings.inputs.map { TreePath(folders.path(of: $0.value.path)) }
      + plan.outputs.map { TreePath($0.destination) }
    for volume in settings.volumes {
      let source = TreePath(folders.path(of: volume.value.source))
      guard !known.contains(where: { source.relative(to: $0) != nil }) else { continue }
      return "the volume '\(volume.value.source)' is not declared as an input"
    }
    return nil
  }
}
