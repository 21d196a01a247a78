import Diagnostics
import FileSystem
package import OCI
package import Project
package import State

extension RunInputs {
  /// Of a run on another machine.
  ///
  /// - Parameters:
  ///   - further: What else counts, such as the machine.
  ///   - outputs: Those that come back to the project: what they are counts, too.
  ///   - stateDirectory: Does not count where it lies in an input.
  ///   - keyed: A hash with a key, for values that must not be recorded.
  /// - Throws: ``LaunchError/inputMissing(path:span:)``, ``LaunchError/inputUnreadable(path:reason:)``.
  package init(
    _ plan: RemotePlan, imageDigest: Digest, further: [Input], outputs: [RunOutput],
    settings: RunSettings, folders: ProjectFolders, stateDirectory: String,
    keyed: (String) -> String
  ) throws(LaunchError) {
    var inputs = [Input("image", imageDigest.description)]
    inputs.append(Self.command(plan.arguments, keyed))
    inputs.append(Input("working directory", plan.workingDirectory))
    inputs.append(Input("user", plan.user ?? "root"))
    inputs += Self.variables(plan.environment, keyed)
    inputs += further
    inputs += try DeclaredInputs(
      folders: folders, excluded: Set(plan.outputs.map(\.destination) + [stateDirectory]),
      clock: TouchedFileClock(directory: stateDirectory)
    ).values(of: settings.inputs)
    self.init(inputs: inputs, outputs: outputs, alwaysRunsBecause: nil)
  }

  /// Of a run on another machine without an image: enough to tell two apart that go on at once, but
  /// for their code.
  package init(_ plan: CodePlan, further: [Input], keyed: (String) -> String) {
    self.init(
      inputs: [Self.command(plan.arguments, keyed)] + Self.variables(plan.environment, keyed)
        + further,
      outputs: [],
      alwaysRunsBecause: "without a container it can read anything on the instance")
  }

  /// What outputs are now that came back to the project, to be recorded with what the run was made
  /// from.
  ///
  /// - Parameter outputs: Their paths as written, and the absolute ones here.
  package static func outputs(
    _ outputs: [(path: String, destination: String)], in state: ProjectState
  ) -> [Input] {
    let made = outputs.map {
      RunOutput(path: $0.path, form: .directory, destination: $0.destination, places: [])
    }
    return OutputState.inputs(of: made, without: nil, TouchedFileClock(directory: state.directory))
  }
}
