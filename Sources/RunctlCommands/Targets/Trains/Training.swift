import FileSystem
import Launching
import OCI
import Project
import State

/// A train as a target: whether it is up to date, and what is told and kept of it.
struct Training {
  let workspace: Workspace
  let image: ImageDefinition
  let request: TrainRequest
  let inputs: RunInputs
  private let make: MakeOptions
  private let target: Target
  /// How it ran to success the last time.
  private let record: TargetRecord?
  /// Why it has to run; none when it does not.
  private let reasons: [String]

  init(
    _ workspace: Workspace, _ image: ImageDefinition, _ request: TrainRequest, _ inputs: RunInputs,
    _ make: MakeOptions
  ) throws {
    self.workspace = workspace
    self.image = image
    self.request = request
    self.inputs = inputs
    self.make = make
    let arguments = SecretArguments.masked(request.arguments) { _ in "<secret>" }
    target = Target(
      image: image.name, kind: .run, detail: ShellWords.line([request.script] + arguments))
    let onlyLooks = make.isDryRun || make.isQuestion
    record = try workspace.reading(writesNext: !onlyLooks).targets.current(target)
    reasons =
      inputs.reasonsToRun(since: record?.inputs).map(DiagnosticPrinter.printable)
      + (make.alwaysMakes ? ["-B was given"] : [])
  }

  /// Waits until no other runctl does the same train.
  func lock() throws -> FileLock {
    try workspace.lock(target) {
      workspace.terminal.note("\(name): waiting for another runctl that does the same")
    }
  }

  /// Whether the train ran to success since this was found out.
  func isOutdated() throws -> Bool {
    try workspace.reading().targets.current(target)?.output != record?.output
  }

  private var name: String { "train " + DiagnosticPrinter.printable(request.script) }

  /// What there is to say without running: nil when it has to run.
  func answer() -> Int32? {
    if make.isQuestion {
      return reasons.isEmpty ? 0 : CommandStatus.outOfDate.rawValue
    }
    guard !reasons.isEmpty else {
      let ended = record.map { " (run \($0.output), \(Quantity.duration($0.duration)))" } ?? ""
      workspace.terminal.print(
        "\(name): " + workspace.terminal.styled("up to date", .green, onErrors: false) + ended)
      return 0
    }
    if make.isDryRun {
      workspace.terminal.print("\(name): would run")
      reasons.forEach { workspace.terminal.print("  \($0)") }
      return 0
    }
    if !Session.isResumed { reasons.forEach { workspace.terminal.note("\(name): \($0)") } }
    return nil
  }

  /// Tells how it went; one that succeeded is what the next is compared with.
  func finish(_ result: RunResult) throws -> Int32 {
    let terminal = workspace.terminal
    result.problems.forEach(DiagnosticPrinter(terminal: terminal).print)
    tell(result.undeclared)
    let took = Quantity.duration(result.duration)
    guard result.succeeded else {
      terminal.note(
        "\(name): \(terminal.styled("failed", .red)) with exit code \(result.exitCode) after \(took)"
      )
      terminal.note("  its log: \(result.log)")
      return result.exitCode
    }
    try workspace.state().targets.add(
      TargetRecord(
        inputs: inputs.recorded(with: result.outputs), output: result.id, contents: [],
        reasons: reasons, duration: result.duration), for: target, quick: nil)
    terminal.print(
      "\(name): " + terminal.styled("done", .green, onErrors: false)
        + " in \(took) (run \(result.id))")
    return 0
  }

  private func tell(_ undeclared: UndeclaredFiles) {
    guard let first = undeclared.files.first else { return }
    let others = undeclared.count > 1 ? " and \(undeclared.count - 1) more files" : ""
    workspace.terminal.note(
      """
      \(name): it wrote '\(first.path)'\(others), which no output declares: not kept
        to keep them: outputs = ["\(first.path.split(separator: "/").first ?? "")"] in \
      [images.\(image.name).run]
      """)
  }
}
