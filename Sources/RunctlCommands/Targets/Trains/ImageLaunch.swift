import ArgumentParser
import BuildEngine
import Diagnostics
import FileSystem
import Glibc
import Launching
import OCI
import Project
import Sandbox
import State
import Storage
import Synchronization

/// A script to train with.
struct TrainRequest {
  let script: String
  let arguments: [String]
}

/// Brings an image up to date and runs something in it.
struct ImageLaunch {
  let workspace: Workspace
  private let build: ImageBuild
  private let image: ImageDefinition
  private let environment: [Assignment]
  private let make: MakeOptions
  private let folders: ProjectFolders

  init(
    _ projectOptions: ProjectOptions, _ run: RunOptions, _ options: ImageBuildOptions,
    _ make: MakeOptions
  ) throws {
    var selection = try ImageSelection.parse([])
    selection.positionals = run.image.map { [$0] } ?? []
    build = try ImageBuild(projectOptions, selection, options, make)
    workspace = build.workspace
    guard let image = build.images.first, build.images.count == 1 else {
      throw UsageError(
        "ambiguous-image", "the project has \(build.images.count) images",
        help: "choose one by --image: " + build.images.map(\.name).joined(separator: ", "))
    }
    self.image = image
    self.make = make
    environment = try run.assignments(workspace.environment)
    folders = workspace.folders(of: image)
  }

  var hasDockerfile: Bool { !image.hasNoDockerfile }

  // MARK: In the image

  func train(_ typed: TrainRequest) throws -> Int32 {
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
    func look() throws -> (plan: RunPlan, train: Training) {
      let made = try TrainInputs(
        request, of: image, described, environment: environment, from: start, folders, workspace)
      return (made.plan, try Training(workspace, image, request, made.inputs, make))
    }
    var (plan, train) = try look()
    if let answer = train.answer() { return answer }
    let lock = try train.lock()
    defer { _ = lock }
    if try train.isOutdated() {
      (plan, train) = try look()
      if let answer = train.answer() { return answer }
    }
    let label = RunLabel(
      image: image.name, script: request.script, arguments: request.arguments,
      imageDigest: result.manifest)
    let ended = try launch(
      plan, try describe(result, stored, lowers: stored.unpack()), label, readsInput: false)
    return try train.finish(ended)
  }

  func run(_ command: [String], interactive: Bool, terminal: Bool) throws -> Int32 {
    if make.isDryRun || make.isQuestion, let answer = try lookAtImage() { return answer }
    if make.isQuestion { return CommandStatus.outOfDate.rawValue }
    if make.isDryRun {
      workspace.terminal.print("\(image.name): would run")
      return 0
    }
    let (result, stored) = try bring()
    let described = try describe(result, stored, lowers: stored.unpack())
    let plan = try RunPlan(
      .command(command), image: described, settings: image.run, environment: environment,
      folders: folders,
      terminal: terminal ? workspace.environment["TERM"] ?? "xterm" : nil)
    let label = RunLabel(
      image: image.name, script: command.first ?? "", arguments: Array(command.dropFirst()),
      imageDigest: result.manifest)
    let ended = try launch(plan, described, label, readsInput: interactive || terminal)
    ended.problems.forEach(DiagnosticPrinter(terminal: workspace.terminal).print)
    return ended.exitCode
  }

  /// Brings the image up to date. From here on nobody takes a part of it away; who has done so in
  /// the moment after the look makes one more look necessary.
  private func bring(
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

  // MARK: Without a container

  func trainOnHost(_ request: TrainRequest) throws -> Int32 {
    let run = try HostRun(
      script: request.script, arguments: request.arguments, from: workspace.start,
      root: folders.root,
      settings: image.run, environment: environment)
    let inputs = RunInputs(
      inputs: [], outputs: run.outputs,
      alwaysRunsBecause: "without a container it can read anything on this machine")
    let train = try Training(workspace, image, request, inputs, make)
    if let answer = train.answer() { return answer }
    let why = hasDockerfile ? "--no-docker was given" : "there is no Dockerfile"
    workspace.terminal.note("\(why): training with this machine's Python")
    let label = RunLabel(
      image: "", script: request.script, arguments: request.arguments, imageDigest: nil)
    Session.hasProgram.store(true, ordering: .relaxed)
    return try train.finish(run.run(label, state: workspace.state()))
  }

  private func describe(
    _ result: ImageBuild.Result, _ stored: StoredImage, lowers: [String]
  ) throws -> RunImage {
    let record = try workspace.state().targets.current(result.target.target)
    return RunImage(
      digest: result.manifest, lowers: lowers, tree: stored.tree, config: stored.config,
      places: record?.places ?? [])
  }

  private func launch(
    _ plan: RunPlan, _ image: RunImage, _ label: RunLabel, readsInput: Bool
  ) throws -> RunResult {
    Session.hasProgram.store(true, ordering: .relaxed)
    let launcher = LocalLauncher(
      runtime: try Runtime.find(), state: try workspace.state(),
      cache: workspace.storePaths.runtimeCache)
    return try launcher.run(
      plan, image: image, folders: folders, label: label,
      temporary: workspace.store().makeTemporaryDirectory("launch"),
      streams: LaunchStreams(readsInput: readsInput))
  }

  /// With `-n` and `-q`: nil when the image is up to date, and the run decides.
  private func lookAtImage() throws -> Int32? {
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
