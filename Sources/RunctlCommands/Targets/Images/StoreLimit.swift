import FileSystem
import Glibc
import Project
import Storage

/// Keeps the store below `[store] max_size`.
struct StoreLimit {
  let workspace: Workspace

  /// Makes room when the store has grown too large, somewhat more than is needed, so that the next
  /// builds need not do the same. What this process or others rely on stays.
  ///
  /// That it cannot be done is told, and no reason for a build that succeeded to fail.
  func enforce() throws {
    guard let limit = workspace.project.configuration.store.maxSize?.value.bytes else { return }
    do {
      let pruner = Pruner(try workspace.store(), isPrivileged: CachePrivilege.isEnough)
      var request = PruneRequest(kept: limit / 10 * 9, limit: limit)
      let (plan, total) = try pruner.plan(request)
      if total <= limit { return }
      // A limit that cannot be met is no reason to take what other projects need.
      if total - plan.freed > limit { request = PruneRequest(limit: limit) }
      tell(PruneReport(try pruner.run(request)), limit)
    } catch let error as FileError where error.errno == EACCES {
      // Folders that nobody has measured yet, from outside of the user's namespace.
    } catch {
      if Session.isInterruption(error) { throw error }
      workspace.terminal.note("the store is larger than max_size, and could not be pruned:")
      DiagnosticPrinter(terminal: workspace.terminal).print(error)
    }
  }

  private func tell(_ report: PruneReport, _ limit: Int64) {
    let terminal = workspace.terminal
    let size = Quantity.bytes(report.total)
    if !report.removed.isEmpty {
      terminal.note(
        "the store was larger than max_size: removed \(report.summary), "
          + "\(Quantity.bytes(report.freed)); it takes \(size)")
    }
    guard report.total > limit else { return }
    terminal.note(
      "the store takes \(size), and max_size is \(Quantity.bytes(limit)): images with a name and "
        + "running commands, this one among them, need more than that, so only what is superseded "
        + "was taken away ('runctl cache du' says who needs what)")
  }
}
