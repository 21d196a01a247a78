import Diagnostics
import Launching
import Project
import State

extension Workspace {
  /// - Parameter name: As a person names it: see ``RunChoice``.
  func run(_ name: String) throws -> RunRecord { try RunChoice.run(name, in: reading().runs) }

  /// A recorded run, wherever it is. Of one on an instance that goes on, as far as is known here,
  /// what comes is kept here, too, and so is its end.
  func startedRun(_ record: RunRecord) throws -> any StartedRun {
    if case .instance = record.machine, record.ending == .running { return try keptRun(record) }
    return LocalStartedRun(directory: runDirectory(record.id), state: reading())
  }

  /// A recorded run as it is now: of one on an instance, what is missing here is fetched.
  /// - Returns: Its record, and what its HEALTHCHECK says.
  func current(
    _ record: RunRecord
  ) throws -> (record: RunRecord, health: RunNews.Health?) {
    guard case .instance(let instance, _, _) = record.machine, record.ending == .running else {
      return (record, RunHealth.read(in: runDirectory(record.id)))
    }
    terminal.show("asking \(instance)")
    defer { terminal.show("") }
    let run = try startedRun(record)
    var offset = try RunLogReader(log(of: record)).length()
    while true {
      let news = try run.news(after: offset, waiting: .zero)
      offset += news.chunks.reduce(0) { $0 + Int64($1.bytes.count) }
      guard news.ending == nil, !news.chunks.isEmpty else {
        return (try state().runs.run(record.id) ?? record, news.health)
      }
    }
  }

  /// The same where what is known here is better than nothing: that the instance does not answer is
  /// told.
  func lookedAt(_ record: RunRecord) throws -> (record: RunRecord, health: RunNews.Health?) {
    do { return try current(record) } catch  where !Session.isInterruption(error) {
      tellNotReached(record, "is shown as it was last known", error)
      return (record, nil)
    }
  }

  /// - Parameter consequence: What becomes of the run for who looks.
  func tellNotReached(_ record: RunRecord, _ consequence: String, _ error: any Error) {
    let reason = (error as? any ReportableError)?.diagnostic.message ?? "\(error)"
    DiagnosticPrinter(terminal: terminal).print(
      Diagnostic(.warning, id: "run-not-reached", "run \(record.id) \(consequence): \(reason)"))
  }

  func followed(_ record: RunRecord) throws -> FollowedRun {
    FollowedRun(
      record: record, run: try startedRun(record), terminal: terminal, log: log(of: record))
  }

  /// How the project differs from its commit; git is asked from here on.
  func pendingChanges() -> PendingChanges {
    let written =
      project.images.flatMap(\.run.outputs) + project.configuration.runFolders
    return PendingChanges(
      in: project.root.path,
      leavingOut: written.map(\.value).filter { !$0.hasPrefix("/") && !$0.hasPrefix("..") })
  }

  func runDirectory(_ id: String) -> String { "\(stateDirectory)/runs/\(id)" }

  func log(of record: RunRecord) -> String { "\(stateDirectory)/\(record.log)" }
}
