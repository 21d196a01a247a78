import Launching
import State

/// Ends a run and waits until it has ended.
struct RunStop {
  private let workspace: Workspace
  private let record: RunRecord

  init(_ workspace: Workspace, _ record: RunRecord) {
    self.workspace = workspace
    self.record = record
  }

  func stop(grace: Duration) throws {
    let terminal = workspace.terminal
    let standing = RunStanding.of(record, in: workspace.reading())
    let leftovers = DockerLeftovers()
    // Of one that is over by itself nobody minds that there is no daemon to be asked.
    if record.machine == .docker, standing != .running,
      standing == .lost || leftovers.hasContainer(record.id),
      let end = try leftovers.end(
        record.id, in: workspace.runDirectory(record.id), grace: grace,
        staysThere: record.hasSuccessor(in: workspace.reading().runs.newest(limit: .max)))
    {
      end.problems.forEach(DiagnosticPrinter(terminal: terminal).print)
      return terminal.print(
        "run \(record.id): \(standing == .lost ? "what watched it was gone" : "it was over"); "
          + "its container is stopped"
          + (end.isRemoved ? " and removed" : ""))
    }
    if let ending = standing.finalEnding {
      return terminal.print("run \(record.id) is over: \(ending.words)")
    }
    let run = try workspace.startedRun(record)
    terminal.note("stopping run \(record.id); it has \(Quantity.duration(grace)) to end by itself")
    try run.stop(grace: grace)
    let offset = try RunLogReader(workspace.log(of: record)).length()
    let outcome = try RunFollower(run).follow(from: offset, reacting: { _ in .detach }) { _ in }
    guard case .ended(let ending) = outcome else {
      return terminal.note("run \(record.id) was asked to end, and has not yet")
    }
    terminal.print("run \(record.id): \(DiagnosticPrinter.printable(ending.words))")
  }
}
