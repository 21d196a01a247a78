import Launching
import Processes
import State

/// What one run printed, shown once or for as long as it goes on.
struct RunLog {
  private let workspace: Workspace
  private let followed: FollowedRun

  init(_ workspace: Workspace, _ record: RunRecord) throws {
    self.workspace = workspace
    followed = try workspace.followed(record)
  }

  /// - Parameter tail: Of what is there, only so many lines; nil is all of it.
  func print(tail: Int?, showsTimes: Bool, follows: Bool) throws -> CommandStatus {
    let log = RunLogReader(followed.log)
    var offset = try tail.map { try log.offset(ofLast: $0) } ?? 0
    guard !follows else {
      guard let ending = try followed.follow(from: offset, showsTimes: showsTimes) else {
        return Interruption.shared.requested.map { $0 == .interrupt ? .interrupted : .terminated }
          ?? .success
      }
      try EndReport(of: followed.record.id, in: workspace, ending).print(to: workspace.terminal)
      return .success
    }
    var printer = LogPrinter(workspace.terminal, showsTimes: showsTimes)
    while true {
      let chunks = try log.chunks(after: offset)
      offset += chunks.reduce(0) { $0 + Int64($1.bytes.count) }
      guard !chunks.isEmpty, printer.print(chunks) else { break }
    }
    printer.finish()
    return .success
  }
}
