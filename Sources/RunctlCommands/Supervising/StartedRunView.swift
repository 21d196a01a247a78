import FileSystem
import Launching
import OCI
import Project
import State

/// What a person is told of a run that their command started.
struct StartedRunView {
  let workspace: Workspace
  /// As the command calls it: `train train.py`.
  let name: String
  /// The image's name in the project.
  let image: String
  /// Whether an end without a failure is worth a line.
  var tellsSuccess = true

  /// Says how to come back to a run that is left to itself. Its ID alone is on standard output.
  func leave(_ run: LocalStartedRun) -> Int32 {
    terminal.note("\(name): started as run \(run.id), and left to itself")
    terminal.note("  its output: runctl logs -f \(run.id)")
    terminal.note("  come back: runctl attach \(run.id); end it: runctl stop \(run.id)")
    terminal.print(run.id)
    return 0
  }

  /// Passes on what the run prints until it has ended, and tells how it went.
  /// - Returns: The program's exit code.
  func follow(_ run: LocalStartedRun) throws -> Int32 {
    let ending = try RunAttachment(run).follow()
    if case .failed = ending, RunReport.read(in: run.directory) == nil {
      throw LaunchError.runLost(id: run.id)
    }
    let report = try EndReport(of: run.id, in: workspace, ending)
    return try report.conclude(of: run.directory, image: tellsSuccess ? image : nil, to: terminal) {
      try tell(report)
    }
  }

  private var terminal: Terminal { workspace.terminal }

  private func tell(_ report: EndReport) throws {
    let took = Quantity.duration(
      try workspace.state().runs.run(report.id)?.duration ?? .zero)
    guard let code = report.failureCode else {
      guard tellsSuccess else { return }
      return terminal.print(
        "\(name): " + terminal.styled("done", .green, onErrors: false)
          + " in \(took) (run \(report.id))")
    }
    let isOwn = if case .exited(1...) = report.ending { true } else { false }
    guard tellsSuccess || !isOwn else { return }
    let failed = terminal.styled("failed", .red)
    terminal.note("\(name): \(failed) with exit code \(code) after \(took)")
    report.printCause(to: terminal)
  }
}
