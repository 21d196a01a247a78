import FileSystem
import OCI
package import Project
package import Sandbox

/// One run of an image, down to the last argument. A value: nothing has been made or started.
package struct RunPlan: Sendable, Equatable, Codable {
  /// The program first.
  package let arguments: [String]
  /// `NAME=value`. `HOME` is the user's own when it is missing.
  package let environment: [String]
  /// Absolute, in the image.
  package let workingDirectory: String
  /// As in a Dockerfile; nil is root.
  package let user: String?
  /// The volumes, then the outputs that are directories, then memory.
  package let mounts: [SandboxMount]
  package let stopSignal: Int32
  package let outputs: [RunOutput]
  /// What the project and the command line say of the environment, in order of name.
  package let given: [Assignment]
  /// The names of those that the command line says.
  package let givenByCommand: Set<String>
  package let resources: RunResources
  package let gpus: GPUGrant
  /// The image's, where it can be asked.
  let healthcheck: ImageConfig.Healthcheck?
  /// nil where the project has none.
  package let checkpoints: CheckpointFolder?
  /// Gives the command a terminal of its own.
  package let terminal: Bool

  /// - Parameters:
  ///   - environment: What the command line says (`-e`).
  ///   - told: See `Configuration.variables(_:)`.
  ///   - terminal: The caller's `TERM` when the command is to have a terminal of its own.
  /// - Throws: ``LaunchError`` when the image has nothing to run, or a volume or output is unusable.
  package init(
    _ request: LaunchRequest, image: RunImage, settings: RunSettings, environment: [Assignment],
    folders: ProjectFolders, resources: RunResources = RunResources(),
    gpus: GPUGrant = GPUGrant(), told: [Assignment] = [], checkpoints: CheckpointFolder? = nil,
    terminal: String? = nil
  ) throws(LaunchError) {
    let execution = image.execution
    let said = told + settings.environment.map(\.value) + environment
    let variables = RunEnvironment(
      image: execution.environment ?? [], given: said, terminal: terminal)
    let directory = TreePath(execution.workingDirectory ?? "/")
    let places = OutputPlaces(
      tree: image.tree, copied: image.places, workingDirectory: directory, folders: folders)
    arguments = try Self.arguments(request, image: image, path: variables.value(of: "PATH") ?? "")
    self.environment = variables.entries + gpus.environment
    self.gpus = gpus
    healthcheck = execution.healthcheck
    workingDirectory = directory.description
    user = execution.user.flatMap { $0.isEmpty ? nil : $0 }
    outputs = try settings.outputs.map { output throws(LaunchError) in try places.output(output) }
    let volumes = try settings.volumes.map { volume throws(LaunchError) in
      try Self.mount(volume, folders)
    }
    mounts = Self.unique(
      volumes + gpus.mounts + outputs.flatMap(\.mounts) + (checkpoints?.mounts ?? []) + [
        Self.sharedMemory(resources.sharedMemory)
      ])
    stopSignal = try StopSignal.number(of: execution.stopSignal)
    given = Dictionary(said.map { ($0.name, $0) }, uniquingKeysWith: { $1 }).values
      .sorted { $0.name < $1.name }
    givenByCommand = Set(environment.map(\.name))
    self.resources = resources
    self.checkpoints = checkpoints
    self.terminal = terminal != nil
  }

  private static func arguments(
    _ request: LaunchRequest, image: RunImage, path: String
  ) throws(LaunchError) -> [String] {
    let entrypoint = image.execution.entrypoint ?? []
    let words: [String]
    switch request {
    case .command([]): words = entrypoint + (image.execution.command ?? [])
    case .command(let command): words = entrypoint + command
    case .exact(let command): words = command
    case .script(let script, let arguments):
      let command = ScriptCommand(
        image: image.execution, finder: ImagePrograms(tree: image.tree, path: path))
      words = try command.words(for: script, arguments: arguments)
    }
    guard let program = words.first, !program.isEmpty else { throw .nothingToRun }
    return words
  }

  /// Without a size half of the memory, as the kernel gives it: the 64 MB that containers usually
  /// have are too few for programs that share data between processes.
  private static func sharedMemory(_ size: Int64?) -> SandboxMount {
    SandboxMount(.memory(size: size, mode: 0o1777), target: "/dev/shm")
  }

  private static func mount(
    _ volume: Located<Volume>, _ folders: ProjectFolders
  ) throws(LaunchError) -> SandboxMount {
    let path = folders.path(of: volume.value.source)
    guard let status = try? FileStatus.of(path, followLink: true) else {
      throw .volumeMissing(path: path, span: volume.span)
    }
    let isDevice = status.kind == .characterDevice || status.kind == .blockDevice
    return SandboxMount(
      isDevice ? .device(path) : .bind(path), target: volume.value.destination,
      isReadOnly: volume.value.isReadOnly)
  }

  /// Of several mounts at one place the first counts: what somebody wrote as a volume is meant.
  private static func unique(_ mounts: [SandboxMount]) -> [SandboxMount] {
    var seen: Set<TreePath> = []
    return mounts.filter { seen.insert(TreePath($0.target)).inserted }
  }
}

extension ProjectFolders {
  /// The absolute path of what a setting names.
  func path(of written: String) -> String {
    if let home, written == "~" || written.hasPrefix("~/") {
      return ProjectPath.resolve("." + written.dropFirst(), in: home)
    }
    return ProjectPath.resolve(written, in: root)
  }
}
