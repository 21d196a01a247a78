import ArgumentParser
import BuildEngine
import FileSystem
import Launching
import OCI
import Project
import State
import Storage

/// A script to train with.
struct TrainRequest {
  let script: String
  let arguments: [String]
}

/// Brings an image up to date and runs something in it.
struct ImageLaunch {
  let workspace: Workspace
  private let build: ImageBuild
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
    guard let image = build.images.first, build.images.count == 1 else {
      throw UsageError.ambiguousImage(build.images)
    }
    self.image = image
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
    // A mistyped name is told before a build that takes minutes.
    let path = try ScriptPath.onHost(typed.script, from: workspace.start, context: image.context)
    // The same train is the same target wherever its command is given.
    let root = workspace.project.root.path
    let isInside = path.hasPrefix(root + "/")
    let start = isInside ? root : workspace.start
    let script = isInside ? String(path.dropFirst(root.count + 1)) : typed.script
    let request = TrainRequest(script: script, arguments: typed.arguments)
    let onlyLooks = make.isDryRun || make.isQuestion
    if onlyLooks, let answer = try lookAtImage() { return answer }
    let (result, stored) = try bring(silently: onlyLooks)
    let described = try describe(result, stored, lowers: [])
    func look() throws -> TrainTarget {
      let made = try TrainInputs(
        request, of: image, described, environment: environment, resources: resources, from: start,
        folders, workspace)
      return try TrainTarget(workspace, image, request, made.inputs, make)
    }
    var train = try look()
    if let answer = train.answer() { return answer }
    tellReasons(of: train)
    let lock = try train.lock()
    defer { _ = lock }
    if try train.isOutdated() {
      train = try look()
      if let answer = train.answer() { return answer }
    }
    let going = try resumption(of: request, described)
    // Where nothing runs, nobody needs to know the GPUs.
    let plan = try TrainInputs.plan(
      going.request, of: image, described, environment: environment + going.variables,
      resources: resources, gpus: gpus(), from: start, folders, workspace)
    warn(of: plan.gpus, described)
    var subject = subject(going.request, digest: result.manifest, plan)
    subject.facts.inputs = train.inputs.inputs
    subject.facts.others = going.facts
    subject.goal = train.goal
    let beginning = SupervisedBeginning(workspace, subject)
    let started = try begin(plan, beginning, result, stored, holding: lock.descriptor)
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

  func begin(
    _ plan: RunPlan, _ beginning: SupervisedBeginning, _ result: ImageBuild.Result,
    _ stored: StoredImage, holding lock: Int32?
  ) throws -> LocalStartedRun {
    if local.engine == .docker {
      let id = try DockerLoading(
        docker: DockerProgram(), terminal: workspace.terminal, store: workspace.store()
      ).bring(result.manifest)
      return try beginning.start(
        .docker(plan, imageID: id), by: SupervisorProcess.start(for: .host, holding: lock))
    }
    // It comes up while the layers are unpacked.
    let supervisor = try SupervisorProcess.start(for: .image, holding: lock)
    let unpacked = try describe(result, stored, lowers: stored.unpack())
    return try beginning.start(
      .sandbox(
        plan,
        SupervisionRequest.SupervisedImage(
          digest: unpacked.digest, lowers: unpacked.lowers, places: unpacked.places,
          folders: folders)),
      by: supervisor)
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
    let record = try workspace.state().targets.current(result.target.target)
    return RunImage(
      digest: result.manifest, lowers: lowers, tree: stored.tree, config: stored.config,
      places: record?.places ?? [])
  }

  /// With `-n` and `-q`: nil when the image is up to date, and the run decides.
  func lookAtImage() throws -> Int32? {
    let target = try ImageTarget(workspace, image, build.settings)
    guard
      case .outOfDate(let assessment) = try target.verdict(workspace.reading(), events: { _ in })
    else { return nil }
    if make.isQuestion { return CommandStatus.outOfDate.rawValue }
    workspace.terminal.print("\(image.name): would be built and run")
    assessment.reasons.forEach { workspace.terminal.print("  \($0)") }
    return 0
  }
}
