import Launching
import Processes
import State

/// Somebody who watches a run, and leaves with its exit code.
struct Attachment {
  private let workspace: Workspace
  private let followed: FollowedRun
  private let hasEnded: Bool
  private let isLost: Bool

  init(_ workspace: Workspace, _ named: RunRecord) throws {
    self.workspace = workspace
    // What it printed while nobody looked is not what comes from now on.
    let record = try workspace.current(named).record
    followed = try workspace.followed(record)
    let standing = RunStanding.of(record, in: workspace.reading())
    (hasEnded, isLost) = (standing != .running, standing == .lost)
  }

  /// - Returns: The run's exit code; 130 or 143 for who turned away.
  func watch(fromStart: Bool) throws -> Int32 {
    let log = RunLogReader(followed.log)
    let offset = fromStart ? 0 : try log.length()
    if !hasEnded, !fromStart {
      workspace.terminal.note(
        "attached to run \(followed.record.id): Ctrl-C leaves, and it goes on")
    }
    let id = followed.record.id
    if isLost, followed.record.machine == .docker, DockerLeftovers().isRunning(id) {
      workspace.terminal.note(
        """
        run \(id): what watched it is gone, and its container goes on
          its output: docker logs -f \(DockerLeftovers.name(id))
          to end it:  runctl stop \(id)
        """)
    }
    guard let ending = try followed.follow(from: offset, showsTimes: false) else {
      return Interruption.shared.requested?.exitCode ?? 0
    }
    return try EndReport(of: id, in: workspace, ending, wasSeen: fromStart || !hasEnded)
      .conclude(of: workspace.runDirectory(id), image: nil, to: workspace.terminal)
  }
}
