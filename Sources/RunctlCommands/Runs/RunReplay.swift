import BuildEngine
import Launching
import OCI
import Project
import State
import Storage

/// A run once more: the same image, by its digest, the same words, the same environment and limits.
struct RunReplay {
  let workspace: Workspace
  private let record: RunRecord
  private let recipe: RunRecipe
  private let image: ImageDefinition?

  /// - Parameters:
  ///   - given: Variables of the command line.
  ///   - values: For arguments that were not kept.
  init(
    _ workspace: Workspace, _ record: RunRecord, given: [Assignment], values: [String]
  ) throws {
    self.workspace = workspace
    self.record = record
    recipe = try RunRecipe(
      of: record, given: given, own: workspace.environment, values: values)
    image = workspace.project.images.first { $0.name == record.image }
    try tellChangedSecrets()
  }

  /// - Returns: The program's exit code.
  func run() throws -> Int32 {
    if case .instance = record.machine {
      let again = try RemoteReplay(workspace, record, recipe).begin()
      workspace.terminal.note("run \(record.id) once more, as \(again.id)")
      return try RemoteEnd(
        workspace: workspace, name: "replay of \(record.id)", stopsOnInterrupt: false
      ).see(again)
    }
    let started = try record.imageDigest == nil ? onHost() : inImage()
    workspace.terminal.note("run \(record.id) once more, as \(started.id)")
    return try EndReport(of: started.id, in: workspace, RunAttachment(started).follow())
      .conclude(of: started.directory, image: image?.name, to: workspace.terminal)
  }

  /// What the project says today, but for the environment: that is the run's own.
  private var settings: RunSettings { image?.run.withoutEnvironment ?? .none }

  private var folders: ProjectFolders {
    image.map(workspace.folders)
      ?? ProjectFolders(
        root: workspace.project.root.path, context: workspace.project.root.path,
        home: workspace.environment["HOME"])
  }

  // MARK: In its image

  private func inImage() throws -> LocalStartedRun {
    guard let digest = record.imageDigest.flatMap({ Digest($0) }), let command = recipe.command
    else { throw ReplayError.notKept(id: record.id) }
    let store = try workspace.store()
    let stored: StoredImage
    do { stored = try StoredImage(digest, in: store) } catch StorageError.missingBlob {
      throw ReplayError.imageGone(
        digest: digest.description, commit: record.facts.first { $0.name == "commit" }?.value)
    }
    let described = RunImage(
      digest: digest, lowers: [], tree: stored.tree, config: stored.config,
      places: try places(of: digest))
    let checkpoints = try CheckpointFolder(
      workspace.project.configuration, image: described, folders: folders)
    let plan = try RunPlan(
      .exact(command), image: described, settings: settings, environment: recipe.environment,
      folders: folders, resources: recipe.resources,
      gpus: usesDocker
        ? GPUGrant.docker(recipe.resources.gpus) : GPUGrant.find(recipe.resources.gpus),
      told: workspace.project.configuration.variables(checkpoints), checkpoints: checkpoints)
    let inputs = try RunInputs(
      plan, imageDigest: digest, settings: settings, folders: folders,
      stateDirectory: workspace.stateDirectory, keyed: SecretKey(store).hash)
    tellChangedInputs(inputs.inputs)
    return try start(plan, inputs, described, stored)
  }

  /// Where the files of the project are in the image, as far as it is still what its name stands
  /// for: nothing else knows them.
  private func places(of digest: Digest) throws -> [CopyPlace] {
    guard let image,
      let made = try workspace.state().targets.current(
        Target(image: image.name, kind: .image, detail: image.target ?? "")),
      made.output == digest.description
    else { return [] }
    return made.places
  }

  private var usesDocker: Bool { record.machine == .docker }

  private func start(
    _ plan: RunPlan, _ inputs: RunInputs, _ image: RunImage, _ stored: StoredImage
  ) throws -> LocalStartedRun {
    let beginning = beginning(plan.arguments, inputs.inputs, image.digest)
    guard !usesDocker else {
      let id = try DockerLoading(
        docker: DockerProgram(), terminal: workspace.terminal, store: workspace.store()
      ).bring(image.digest)
      return try beginning.start(
        .docker(plan, imageID: id), by: SupervisorProcess.start(for: .host))
    }
    // It comes up while the layers are unpacked.
    let supervisor = try SupervisorProcess.start(for: .image)
    let supervised = SupervisionRequest.SupervisedImage(
      digest: image.digest, lowers: try stored.unpack(), places: image.places, folders: folders)
    return try beginning.start(.sandbox(plan, supervised), by: supervisor)
  }

  private func beginning(
    _ command: [String], _ inputs: [Input], _ digest: Digest?
  ) -> SupervisedBeginning {
    var subject = SupervisedBeginning.Subject(
      image: record.image, script: record.script, arguments: recipe.arguments, digest: digest)
    subject.machine = record.machine
    subject.facts.command = command
    subject.facts.inputs = inputs
    subject.facts.environment = recipe.environment
    subject.facts.resources = recipe.resources
    // The image is of that commit, whatever is checked out now.
    let kept = record.facts.filter { ["commit", "commit.diff", "resumed"].contains($0.name) }
    subject.facts.others = kept + [Input(RunFacts.replayed, record.id)]
    return SupervisedBeginning(workspace, subject, nil)
  }

  // MARK: Without a container

  private func onHost() throws -> LocalStartedRun {
    let checkpoints = try CheckpointFolder(
      workspace.project.configuration, image: nil, folders: folders)
    let run = try HostRun(
      script: record.script, arguments: recipe.arguments, from: folders.root,
      root: folders.root, settings: settings, environment: recipe.environment,
      told: workspace.project.configuration.variables(checkpoints), checkpoints: checkpoints)
    return try beginning(run.arguments, [], nil).start(
      .host(run), by: SupervisorProcess.start(for: .host))
  }

  // MARK: What is not as it was

  private func tellChangedInputs(_ facts: [Input]) {
    func read(_ facts: [Input]) -> [Input] { facts.filter { $0.name.hasPrefix("input ") } }
    for change in InputChange.between(read(record.facts), read(facts)) {
      workspace.terminal.note("not as it was: \(DiagnosticPrinter.printable(change.description))")
    }
  }

  private func tellChangedSecrets() throws {
    guard !recipe.secrets.isEmpty else { return }
    let key = try SecretKey(workspace.store())
    for secret in recipe.secrets {
      let name = secret.name.dropFirst(RunFacts.environment.count)
      let now = recipe.environment.first { $0.name == name }
      let hash = now.map { Input.hidden(secret.name, hash: key.hash($0.value)) }
      if hash != secret { workspace.terminal.note("not as it was: \(secret.name)") }
    }
  }
}
