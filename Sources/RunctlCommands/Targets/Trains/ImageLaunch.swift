import ArgumentParser
import BuildEngine
import FileSystem
import Launching
import OCI
import Project
import State
import Storage

/// Brings an image up to date and runs something in it.
struct ImageLaunch {
  let workspace: Workspace
  let build: ImageBuild
  let image: ImageDefinition
  let environment: [Assignment]
  let resources: RunResources
  let local: LocalRunOptions
  let resumes: Bool
  let make: MakeOptions
  let folders: ProjectFolders

  init(
    _ projectOptions: ProjectOptions, _ run: RunOptions, _ resources: ResourceOptions,
    _ local: LocalRunOptions, _ options: ImageBuildOptions, _ make: MakeOptions,
    resumes: Bool = false
  ) throws {
    var selection = try ImageSelection.parse([])
    selection.positionals = run.image.map { [$0] } ?? []
    build = try ImageBuild(projectOptions, selection, options, make)
    workspace = build.workspace
    image = try build.single()
    self.make = make
    environment = try run.assignments(workspace.environment)
    self.resources = try resources.resources(image.run)
    self.local = local
    self.resumes = resumes
    folders = workspace.folders(of: image)
  }

  var hasDockerfile: Bool { !image.hasNoDockerfile }

  // MARK: In the image

  func train(_ typed: TrainRequest) throws -> Int32 {
    try checkDetaching()
    let request = try typed.located(
      from: workspace.start, in: folders.root, context: image.context)
    let onlyLooks = make.isDryRun || make.isQuestion
    if onlyLooks, let answer = try build.answer(image, wouldBe: "built and run") { return answer }
    let (result, stored) = try bring(silently: onlyLooks)
    let described = try describe(result, stored, lowers: [])
    func look() throws -> TrainTarget {
      let made = try TrainInputs(
        request, of: image, described, environment: environment, resources: resources,
        folders, workspace)
      return try TrainTarget(workspace, image, request, made.inputs, make)
    }
    var train = try look()
    if let answer = train.answer() { return answer }
    tellReasons(of: train)
    // Before it waits for others: its image is of what was there until now.
    let changes = workspace.pendingChanges()
    let lock = try train.lock()
    defer { _ = lock }
    if try train.isOutdated() {
      train = try look()
      if let answer = train.answer() { return answer }
    }
    let supervisor = try supervisor(holding: lock.descriptor)
    let going = try resumption(of: request, described)
    // Where nothing runs, nobody needs to know the GPUs.
    let plan = try TrainInputs.plan(
      going.request, of: image, described, environment: environment + going.variables,
      resources: resources, gpus: gpus(), folders, workspace)
    warn(of: plan.gpus, described)
    var subject = subject(going.request, digest: result.manifest, plan)
    subject.facts.inputs = train.inputs.inputs
    subject.facts.others = going.facts
    subject.goal = train.goal
    let beginning = SupervisedBeginning(workspace, subject, changes)
    let started = try begin(plan, beginning, described, stored, by: supervisor)
    defer { beginning.settle() }
    return try see(started, of: train)
  }

  /// What was resumed as another user has told them before.
  func tellReasons(of train: TrainTarget) {
    if !Session.isResumed { train.tellReasons() }
  }

  /// Passes on what the train prints until it has ended, unless it is left to itself.
  func see(_ run: LocalStartedRun, of train: TrainTarget) throws -> Int32 {
    let view = StartedRunView(workspace: workspace, name: train.name, image: image.name)
    return try local.detach ? view.leave(run) : view.follow(run)
  }

  /// It comes up while the rest of the plan is made and layers are unpacked.
  func supervisor(holding lock: Int32? = nil) throws -> SupervisorProcess {
    try SupervisorProcess.start(for: local.engine == .docker ? .host : .image, holding: lock)
  }

  func begin(
    _ plan: RunPlan, _ beginning: SupervisedBeginning, _ image: RunImage, _ stored: StoredImage,
    by supervisor: consuming SupervisorProcess
  ) throws -> LocalStartedRun {
    if local.engine == .docker {
      let id = try DockerLoading(
        docker: DockerProgram(), terminal: workspace.terminal, store: workspace.store()
      ).bring(image.digest)
      return try beginning.start(.docker(plan, imageID: id), by: supervisor)
    }
    let supervised = SupervisionRequest.SupervisedImage(
      digest: image.digest, lowers: try stored.unpack(), places: image.places, folders: folders)
    return try beginning.start(.sandbox(plan, supervised), by: supervisor)
  }

  /// Brings the image up to date. From here on nobody takes a part of it away; who has done so in
  /// the moment after the look makes one more look necessary.
  func bring(
    silently isSilent: Bool = false
  ) throws -> (result: ImageBuild.Result, stored: StoredImage) {
    let result = try build.bring(image, silently: isSilent)
    do {
      return (result, try StoredImage(result.manifest, in: workspace.store()))
    } catch StorageError.missingBlob {
      let again = try build.bring(image, silently: isSilent)
      return (again, try StoredImage(again.manifest, in: workspace.store()))
    }
  }

  func describe(
    _ result: ImageBuild.Result, _ stored: StoredImage, lowers: [String]
  ) throws -> RunImage {
    RunImage(
      digest: result.manifest, lowers: lowers, tree: stored.tree, config: stored.config,
      places: try workspace.state().targets.places(result.target.target))
  }
}
