import FileSystem
import Launching
import OCI
import Project
import State

/// A train as a target: whether it is up to date, and what is told and kept of it.
struct TrainTarget {
  let workspace: Workspace
  let request: TrainRequest
  let inputs: RunInputs
  let target: Target
  /// Why it has to run; none when it does not.
  let reasons: [String]
  private let make: MakeOptions
  /// How it ran to success the last time.
  private let record: TargetRecord?

  /// - Parameter instance: Where it runs, when not here: the same train elsewhere is another target.
  init(
    _ workspace: Workspace, _ image: ImageDefinition, _ request: TrainRequest,
    on instance: String? = nil, _ inputs: RunInputs, _ make: MakeOptions
  ) throws {
    self.workspace = workspace
    self.request = request
    self.inputs = inputs
    self.make = make
    let arguments = SecretArguments.masked(request.arguments) { _ in "<secret>" }
    let place = instance.map { ["on", $0] } ?? []
    target = Target(
      image: image.name, kind: .run, detail: ShellWords.line(place + [request.script] + arguments))
    let onlyLooks = make.isDryRun || make.isQuestion
    let state = onlyLooks ? workspace.reading() : try workspace.state()
    record = try state.targets.current(target)
    reasons =
      inputs.reasonsToRun(since: record?.inputs).map(DiagnosticPrinter.printable)
      + (make.alwaysMakes ? ["-B was given"] : [])
  }

  var name: String { "train " + DiagnosticPrinter.printable(request.script) }

  /// Waits until no other runctl does the same train.
  func lock() throws -> FileLock {
    try workspace.lock(target) {
      workspace.terminal.note("\(name): waiting for another runctl that does the same")
    }
  }

  /// Whether the train ran to success since this was found out.
  func isOutdated() throws -> Bool {
    try workspace.state().targets.current(target)?.output != record?.output
  }

  /// What there is to say without running: nil when it has to run.
  func answer() -> Int32? {
    if make.isQuestion { return reasons.isEmpty ? 0 : CommandStatus.outOfDate.rawValue }
    guard !reasons.isEmpty else {
      let ended = record.map { " (run \($0.output), \(Quantity.duration($0.duration)))" } ?? ""
      workspace.terminal.print(
        "\(name): " + workspace.terminal.styled("up to date", .green, onErrors: false) + ended)
      return 0
    }
    guard make.isDryRun else { return nil }
    workspace.terminal.print("\(name): would run")
    reasons.forEach { workspace.terminal.print("  \($0)") }
    return 0
  }

  func tellReasons() { reasons.forEach { workspace.terminal.note("\(name): \($0)") } }

  /// What a success here is recorded as.
  var goal: SupervisionRequest.Goal {
    SupervisionRequest.Goal(
      image: target.image, detail: target.detail, inputs: inputs, reasons: reasons)
  }
}
