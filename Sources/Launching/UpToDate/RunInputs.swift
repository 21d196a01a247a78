import Diagnostics
import FileSystem
package import OCI
package import Project
package import State

/// Everything that a run is made from, one by one, and what must be as it was for the run to be up
/// to date.
package struct RunInputs: Sendable, Codable {
  package let inputs: [Input]
  /// Why nothing can be said of what the run reads; it then runs always.
  package let alwaysRunsBecause: String?
  private let outputs: [RunOutput]
  /// The folder of checkpoints, which is no output where it lies in one.
  private let checkpoints: String?
  /// The inputs that come from the command line's variables.
  private let ofCommand: Set<String>

  /// - Parameters:
  ///   - keyed: A hash with a key, for values that must not be recorded.
  ///   - stateDirectory: Does not count where it lies in an input.
  /// - Throws: ``LaunchError/inputMissing(path:span:)``, ``LaunchError/inputUnreadable(path:reason:)``.
  package init(
    _ plan: RunPlan, imageDigest: Digest, settings: RunSettings, folders: ProjectFolders,
    stateDirectory: String, keyed: (String) -> String
  ) throws(LaunchError) {
    var inputs = [Input("image", imageDigest.description)]
    inputs.append(Self.command(plan.arguments, keyed))
    inputs.append(Input("working directory", plan.workingDirectory))
    inputs.append(Input("user", plan.user ?? "root"))
    inputs += Self.variables(plan.given, keyed)
    inputs += settings.volumes.map { volume in
      Input(
        "volume \(volume.value.destination)",
        volume.value.source + (volume.value.isReadOnly ? ":ro" : ""))
    }
    inputs += try DeclaredInputs(
      folders: folders,
      excluded: Set(
        plan.outputs.map(\.destination) + [stateDirectory]
          + [plan.checkpoints?.directory].compactMap(\.self)),
      clock: TouchedFileClock(directory: stateDirectory)
    ).values(of: settings.inputs)
    self.inputs = inputs
    outputs = plan.outputs
    checkpoints = plan.checkpoints?.directory
    ofCommand = Set(plan.givenByCommand.map { Self.variable + $0 })
    alwaysRunsBecause = Self.undeclared(settings, plan, folders)
  }

  /// A run on the host: what it reads is for the caller to say.
  package init(
    inputs: [Input], outputs: [RunOutput], checkpoints: CheckpointFolder? = nil,
    alwaysRunsBecause: String?
  ) {
    self.init(inputs, outputs, checkpoints: checkpoints?.directory, alwaysRunsBecause)
  }

  private init(
    _ inputs: [Input], _ outputs: [RunOutput], checkpoints: String?, _ alwaysRunsBecause: String?
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.checkpoints = checkpoints
    ofCommand = []
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
    return InputChange.between(Self.compared(recorded), inputs).map(\.description)
      + outputs.compactMap {
        OutputState.difference(
          $0, without: checkpoints, recorded: values[OutputState.prefix + $0.path])
      }
  }

  /// What is recorded of a run that succeeded.
  /// - Parameter made: Its ``RunResult/outputs``.
  package func recorded(with made: [Input]) -> [Input] {
    let marks =
      ofCommand.isEmpty ? [] : [Input(Self.mark, ofCommand.sorted().joined(separator: "\n"))]
    return inputs + made + marks
  }

  /// Of what is recorded, that which a run is made from.
  package static func compared(_ recorded: [Input]) -> [Input] {
    recorded.filter { !$0.name.hasPrefix(OutputState.prefix) && $0.name != mark }
  }

  /// As if the command line said again what it said then.
  package func assuming(_ recorded: [Input]) -> RunInputs {
    let names = Set(
      recorded.first { $0.name == Self.mark }?.value.split(separator: "\n").map(String.init) ?? [])
    let again = recorded.filter { names.contains($0.name) }
    return RunInputs(
      inputs.filter { !names.contains($0.name) } + again, outputs, checkpoints: checkpoints,
      alwaysRunsBecause)
  }

  static func command(_ arguments: [String], _ keyed: (String) -> String) -> Input {
    let words = SecretArguments.masked(arguments) { keyedMark + keyed($0) }
    return Input("command", ShellWords.line(words))
  }

  static func variables(
    _ environment: [Assignment], _ keyed: (String) -> String
  ) -> [Input] {
    environment.map { given in
      let name = variable + given.name
      return given.isSecret
        ? Input(name, keyedMark + keyed(given.value)) : .open(name, given.value)
    }
  }

  /// Stands before the hash of a value that is not kept: an older mark of ``Input/isHidden(_:)``.
  /// With another one, each train that was given a secret would run once more.
  private static let keyedMark = "keyed:"
  private static let variable = "variable "
  /// Names the inputs that come from the command line.
  private static let mark = "given by the command"

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
