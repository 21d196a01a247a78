import Diagnostics

/// What else happens at the moments of a run, for who wants to know of them.
package struct RunMoments: Sendable {
  /// The run is recorded, and nothing of it started.
  package var recorded: @Sendable (_ id: RunID, _ directory: String) throws -> Void
  /// Its program ended and its outputs are there; the record does not say so yet. What goes wrong
  /// here is one of the run's problems.
  package var ended: @Sendable (RunResult) throws -> Void
  /// It was not started, or given up; the record does not say so yet.
  package var failed: @Sendable (any Error) -> Void

  package init(
    recorded: @escaping @Sendable (RunID, String) throws -> Void = { _, _ in },
    ended: @escaping @Sendable (RunResult) throws -> Void = { _ in },
    failed: @escaping @Sendable (any Error) -> Void = { _ in }
  ) {
    (self.recorded, self.ended, self.failed) = (recorded, ended, failed)
  }
}
