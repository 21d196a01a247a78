import BuildEngine
import Launching
import OCI
import Project
import Sandbox
import Storage
import Synchronization

extension ImageLaunch {
  /// Runs a command in the image, or what the image does by itself.
  ///
  /// It belongs to a supervisor like a train, but for one that has this command's input or terminal.
  func run(_ command: [String], interactive: Bool, terminal: Bool) throws -> Int32 {
    try checkDetaching()
    let hasInput = interactive || terminal
    if hasInput { try checkInput() }
    if make.isDryRun || make.isQuestion,
      let answer = try build.answer(image, wouldBe: "built and run")
    {
      return answer
    }
    if make.isQuestion { return CommandStatus.outOfDate.rawValue }
    if make.isDryRun {
      workspace.terminal.print("\(image.name): would run")
      return 0
    }
    let (result, stored) = try bring()
    let changes = workspace.pendingChanges()
    let described = try describe(result, stored, lowers: hasInput ? stored.unpack() : [])
    let checkpoints = try checkpoints(described)
    let plan = try RunPlan(
      .command(command), image: described, settings: image.run, environment: environment,
      folders: folders, resources: resources, gpus: gpus(), told: told(checkpoints),
      checkpoints: checkpoints,
      terminal: terminal ? workspace.environment["TERM"] ?? "xterm" : nil)
    warn(of: plan.gpus, described)
    let typed = TrainRequest(script: command.first ?? "", arguments: Array(command.dropFirst()))
    let beginning = SupervisedBeginning(
      workspace, subject(typed, digest: result.manifest, plan), changes)
    if hasInput { return try runHere(plan, described, beginning) }
    let started = try begin(plan, beginning, described, stored, by: supervisor())
    defer { beginning.settle() }
    let view = StartedRunView(
      workspace: workspace, name: "run", image: image.name, tellsSuccess: false)
    return try local.detach ? view.leave(started) : view.follow(started)
  }

  /// What somebody types goes to a run of this process only.
  private func checkInput() throws {
    guard local.detach || local.engine == .docker else { return }
    let other = local.detach ? "--detach" : "--engine docker"
    throw UsageError(
      "not-typed-to", "a run with \(other) takes no input: -i and -t cannot be given with it",
      help: local.detach
        ? "leave out one of them" : "run it in the sandbox, or use 'docker run -it' itself")
  }

  private func runHere(
    _ plan: RunPlan, _ image: RunImage, _ beginning: SupervisedBeginning
  ) throws -> Int32 {
    Session.hasProgram.store(true, ordering: .relaxed)
    let launcher = LocalLauncher(
      runtime: try Runtime.find(), state: try workspace.state(),
      cache: workspace.storePaths.runtimeCache)
    let stopper = RunStopper()
    stopper.limit(to: plan.resources.timeout)
    let ended = try launcher.run(
      plan, image: image, folders: folders, label: beginning.label(),
      temporary: workspace.store().makeTemporaryDirectory("launch"),
      streams: LaunchStreams(readsInput: true), stopper: stopper)
    beginning.keepChanges(of: ended.id)
    beginning.settle()
    let notCopied = workspace.logCopy?.put(ended.log, of: ended.id)
    (ended.problems + [notCopied].compactMap(\.self))
      .forEach(DiagnosticPrinter(terminal: workspace.terminal).print)
    return ended.exitCode
  }
}
