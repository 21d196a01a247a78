import Diagnostics
import Launching
import Processes
import State
import Synchronization

/// Follows a run on an instance for whoever started it, and says how it ended.
struct RemoteEnd {
  /// What a program gets to end by itself.
  private static let grace = Duration.seconds(10)

  let workspace: Workspace
  /// What it is called in messages.
  let name: String
  let stopsOnInterrupt: Bool

  /// - Returns: The script's exit code, or 130 or 143 for who turned away.
  func see(_ record: RunRecord) throws -> Int32 {
    // From here on a signal is about following, and not about this program.
    Session.hasProgram.store(true, ordering: .relaxed)
    let outcome: RunFollower.Outcome
    do {
      let remote = try workspace.connection(of: record).run(record.id)
      prepare(remote)
      outcome = try follow(record, workspace.keptRun(record, remote))
    } catch {
      workspace.terminal.note("\(name): run \(record.id) goes on, and is not followed any more")
      FollowedRun.tellWaysBack(to: record.id, workspace.terminal)
      throw error
    }
    switch outcome {
    case .ended(let ending):
      return try tell(workspace.state().runs.run(record.id) ?? record, ending)
    case .detached(let signal):
      workspace.terminal.note("\(name): run \(record.id) goes on")
      FollowedRun.tellWaysBack(to: record.id, workspace.terminal)
      return signal.exitCode
    }
  }

  /// Says what the instance does before the program runs: a large image takes minutes. What goes
  /// wrong meanwhile is found again by who follows.
  private func prepare(_ remote: RemoteRun) {
    try? remote.prepared { phase in
      let text = "\(name): \(DiagnosticPrinter.printable(phase))"
      if workspace.terminal.isLive {
        workspace.terminal.show(text)
      } else if phase.hasPrefix("pulling") {
        workspace.terminal.note(text)
      }
    }
    workspace.terminal.show("")
  }

  private func follow(_ record: RunRecord, _ run: KeptRun) throws -> RunFollower.Outcome {
    var health = HealthNews(of: record.id, workspace.terminal)
    var notes = InstanceNotes(workspace.terminal)
    return try RunFollower(run).follow { request in
      guard stopsOnInterrupt, request != .kill else { return .detach }
      workspace.terminal.note("\(name): stopping run \(record.id)")
      try run.stop(grace: Self.grace)
      return .goOn
    } sink: { news in
      notes.take(run.notes)
      // Who does not listen any more does not disturb the run.
      for chunk in news.chunks {
        _ = workspace.terminal.pass(chunk.bytes, toErrors: chunk.stream == .errors)
      }
      health.take(news.health)
    }
  }

  /// - Parameter ending: Who records it, which may be another runctl, need not have done so yet.
  private func tell(_ record: RunRecord, _ ending: RunRecord.Ending) throws -> Int32 {
    let terminal = workspace.terminal
    let took = Quantity.duration(record.duration ?? .zero)
    let report = try EndReport(of: record.id, in: workspace, ending)
    guard let code = report.failureCode else {
      terminal.print(
        "\(name): " + terminal.styled("done", .green, onErrors: false)
          + " in \(took) (run \(record.id))")
      return 0
    }
    terminal.note("\(name): \(terminal.styled("failed", .red)) after \(took)")
    report.print(to: terminal)
    return code
  }
}
