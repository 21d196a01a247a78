import Launching
import State

/// How a run ended, for who waited for it: the reason, its last lines, and what next.
struct EndReport {
  /// How many of the last lines are shown.
  static let lines = 10

  let id: String
  let ending: RunRecord.Ending
  /// Absolute; nil where there is none.
  let log: String?
  /// Whether what it printed was on the screen.
  let wasSeen: Bool
  /// Whether it ran on an instance.
  var isRemote = false
  /// Whether outputs of a program that succeeded are not in their places.
  var lacksOutputs = false

  init(id: String, ending: RunRecord.Ending, log: String?, wasSeen: Bool) {
    (self.id, self.ending, self.log, self.wasSeen) = (id, ending, log, wasSeen)
  }

  /// - Parameter ending: What was seen of it: the record may lack it when its supervisor was killed.
  init(
    of id: String, in workspace: Workspace, _ ending: RunRecord.Ending, wasSeen: Bool = true
  ) throws {
    let record = try workspace.state().runs.run(id)
    self.init(id: id, ending: ending, log: record.map(workspace.log), wasSeen: wasSeen)
    if case .instance = record?.machine { isRemote = true }
    lacksOutputs = record?.facts.contains(RunFacts.outputsMissing) == true
  }

  var isFailure: Bool { ending != .exited(code: 0) || lacksOutputs }

  func print(to terminal: Terminal) {
    let name = "run \(id)"
    guard isFailure else { return terminal.note("\(name): \(ending.words)") }
    terminal.note("\(name): " + terminal.styled(DiagnosticPrinter.printable(reason), .red))
    if !wasSeen, let log { tail(log, terminal) }
    printFurther(to: terminal)
  }

  /// What runctl ends with; nil for a success.
  var failureCode: Int32? {
    if !isFailure { return nil }
    let status = isRemote ? CommandStatus.infrastructure : .failure
    let own = PassingCommand.offset + status.rawValue
    switch ending {
    case .failed: return own
    case .exited(0): return PassingCommand.offset + CommandStatus.failure.rawValue
    default: return ending.exitCode ?? own
    }
  }

  /// Tells it, with what else the run's supervisor has to say.
  ///
  /// - Parameters:
  ///   - directory: The run's folder, absolute.
  ///   - image: Its name in the project, for whoever may want what no output declares.
  ///   - tell: Tells the end in other words.
  /// - Returns: What runctl ends with.
  /// - Throws: ``SupervisedFailure`` when it was not the program that failed.
  func conclude(
    of directory: String, image: String?, to terminal: Terminal, by tell: (() throws -> Void)? = nil
  ) throws -> Int32 {
    let report = RunReport.read(in: directory)
    if let failure = report?.failure { throw SupervisedFailure(failure) }
    let printer = DiagnosticPrinter(terminal: terminal)
    report?.problems.map(\.diagnostic).forEach(printer.print)
    if let report, let image { tellUndeclared(report, image, terminal) }
    if let tell { try tell() } else { print(to: terminal) }
    return failureCode ?? 0
  }

  private func tellUndeclared(_ report: RunReport, _ image: String, _ terminal: Terminal) {
    guard let first = report.undeclared.first else { return }
    let others = report.undeclaredCount > 1 ? " and \(report.undeclaredCount - 1) more files" : ""
    terminal.note(
      """
      run \(id): it wrote '\(first)'\(others), which no output declares: not kept
        to keep them: outputs = ["\(first.split(separator: "/").first ?? "")"] in \
      [images.\(image).run]
      """)
  }

  private func tail(_ log: String, _ terminal: Terminal) {
    guard let lines = try? RunLogReader(log).lastLines(Self.lines), !lines.isEmpty else { return }
    terminal.note("  the last lines of what it printed:")
    for line in lines { terminal.note("    " + DiagnosticPrinter.printable(line)) }
  }

  /// For who has said that it failed: why, where that is not the program's own doing, and where its
  /// log is.
  func printCause(to terminal: Terminal) {
    if case .exited = ending {
    } else {
      terminal.note("  " + DiagnosticPrinter.printable(reason))
    }
    printFurther(to: terminal)
  }

  private func printFurther(to terminal: Terminal) {
    if let log { terminal.note("  its log: \(log)") }
    if let advice { terminal.note("  " + terminal.styled("help: ", .cyan) + advice) }
  }

  /// The whole sentence.
  var reason: String {
    switch ending {
    case .running: "it is still running"
    case .exited(0) where lacksOutputs:
      "the program succeeded, and not all of its outputs could be brought back"
    case .exited(let code): "the program ended with exit code \(code)"
    case .signalled: "the program was \(ending.words)"
    case .outOfMemory: "the kernel ended it: it wanted more memory than there was for it"
    case .timedOut: "it was ended, because its time was over"
    case .stopped(let code): "it was stopped on request (exit code \(code))"
    case .failed(let reason): "it did not run to its end: \(reason)"
    }
  }

  private var advice: String? {
    switch ending {
    case .outOfMemory: "give it more (--memory), or let it need less, as by a smaller batch"
    case .timedOut: "give it more time (--timeout), or --resume from the newest checkpoint"
    case .signalled(9): "nobody says who sent SIGKILL: the kernel's log has it if memory ran out"
    case .signalled(11): "it crashed in native code: PYTHONFAULTHANDLER=1 shows where"
    default: nil
    }
  }
}
