import Launching
import Processes
import State

/// A run that somebody watches: its output, what its HEALTHCHECK says, and how it ends.
struct FollowedRun {
  let record: RunRecord
  let run: any StartedRun
  let terminal: Terminal
  /// Absolute.
  let log: String

  /// Shows what comes until it has ended.
  ///
  /// - Parameter offset: How many bytes are passed over.
  /// - Returns: How it ended; nil when the person turned away, or nobody reads any more.
  func follow(from offset: Int64, showsTimes: Bool) throws -> RunRecord.Ending? {
    var printer = LogPrinter(terminal, showsTimes: showsTimes)
    var health = HealthNews(of: record.id, terminal)
    var notes = InstanceNotes(terminal)
    do {
      let outcome = try RunFollower(run).follow(from: offset, reacting: { _ in .detach }) { news in
        notes.take((run as? KeptRun)?.notes ?? [])
        guard printer.print(news.chunks) else { throw Unread() }
        health.take(news.health)
      }
      printer.finish()
      if case .ended(let ending) = outcome { return ending }
      tellDetached()
    } catch is Unread {
    } catch  where Session.isInterruption(error) {
      tellDetached()
    }
    return nil
  }

  /// Nobody reads what is printed.
  private struct Unread: Error {}

  private func tellDetached() {
    terminal.note("run \(record.id) goes on without you")
    Self.tellWaysBack(to: record.id, terminal)
  }

  static func tellWaysBack(to id: String, _ terminal: Terminal) {
    terminal.note("  to come back: runctl attach \(id)")
    terminal.note("  its output:   runctl logs -f \(id)")
    terminal.note("  to end it:    runctl stop \(id)")
  }
}
