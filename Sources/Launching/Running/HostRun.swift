import FileSystem
import Glibc
import OCI
import Processes
package import Project
package import State

/// Runs a script with this machine's own Python: for projects without a Dockerfile.
///
/// Streams, log, record and codes are those of a run in an image.
package struct HostRun: Sendable, Codable {
  /// The program first.
  package let arguments: [String]
  /// What the caller's environment gets on top.
  package let given: [Assignment]
  /// Absolute: the project's root, where the script runs.
  package let directory: String
  /// Where they are written is where they belong.
  package let outputs: [RunOutput]
  package let checkpoints: CheckpointFolder?

  /// - Parameters:
  ///   - script: Absolute, or relative to `standing` or else to `root`.
  ///   - standing: Where the person stands.
  ///   - environment: What the command line says.
  ///   - path: Where programs are looked up.
  /// - Throws: ``LaunchError`` when there is no such script or no Python, or an output is unusable.
  package init(
    script: String, arguments: [String], from standing: String, root: String,
    settings: RunSettings = .none, environment: [Assignment] = [],
    told: [Assignment] = [], checkpoints: CheckpointFolder? = nil,
    path: String = ExecutableSearch.callersPath
  ) throws(LaunchError) {
    let place = try ScriptPath.onHost(script, from: standing, context: root)
    let interpreter: [String]
    switch CommandHead.language(ofScript: place) {
    case .shell?:
      interpreter = [try ScriptPath.firstLine(of: place).contains("bash") ? "bash" : "sh"]
    default: interpreter = [try Self.python(in: root, path: path, script: script)]
    }
    self.arguments = interpreter + [place] + arguments
    given = told + settings.environment.map(\.value) + environment
    directory = root
    self.checkpoints = checkpoints
    let folders = ProjectFolders(root: root, context: root)
    let places = OutputPlaces(
      tree: .init(layers: []), copied: [], workingDirectory: .root, folders: folders)
    outputs = try settings.outputs.map { output throws(LaunchError) in try places.output(output) }
  }

  /// The project's virtual environment, else what `PATH` has.
  private static func python(
    in root: String, path: String, script: String
  ) throws(LaunchError) -> String {
    let environments = [".venv", "venv"].map { "\(root)/\($0)/bin/python" }
    if let own = environments.first(where: { access($0, X_OK) == 0 }) { return own }
    for name in ["python3", "python"] {
      if let found = try? ExecutableSearch.find(name, path: path) { return found }
    }
    throw .noPython(script: script)
  }

  /// Runs the script to its end.
  ///
  /// - Returns: What came of it, whatever the script's code.
  /// - Throws: When it was not started: `ProcessError`, `FileError`, `StateError`.
  package func run(
    _ label: RunLabel, state: ProjectState, streams: LaunchStreams = LaunchStreams(),
    stopper: RunStopper = RunStopper(), moments: RunMoments = RunMoments()
  ) throws -> RunResult {
    try RunCourse(
      label: label, state: state, outputs: outputs, checkpoints: checkpoints, moments: moments,
      stopper: stopper
    ).run { _, tee in
      if let checkpoints { try FileTree.makeDirectories(checkpoints.directory) }
      return RunRecord.Ending(
        try Subprocess.run(command(tee, streams), interruption: stopper.interruption).status)
    }
  }

  private func command(_ tee: OutputTee, _ streams: LaunchStreams) -> Command {
    var command = Command(arguments, environment: environment, workingDirectory: directory)
    command.output = tee.output(.output, to: streams.output)
    command.errors = tee.output(.errors, to: streams.errors)
    command.input = streams.readsInput ? .inherit : .null
    // Whoever reads the terminal must have it, and gets its Ctrl-C from there.
    if streams.readsInput, isatty(0) == 1 { command.group = .foreground(terminal: 0) }
    return command
  }

  private var environment: [String] {
    RunEnvironment(image: ProcessVariables.callers, given: given, terminal: nil).entries
  }
}
