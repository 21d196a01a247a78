/// What one check before a run found.
package struct PreflightFinding: Sendable, Hashable, Encodable {
  package enum Level: String, Sendable, Encodable {
    case ok
    /// Nothing is wrong, and something is not there.
    case note
    /// It may go wrong, or could not be found out.
    case warning
    /// It will go wrong.
    case error
  }

  package let level: Level
  /// Stable, in kebab case: scripts may match it.
  package let check: String
  /// Lower case, no full stop.
  package let message: String
  /// What to do.
  package let remedy: String?

  package init(_ level: Level, _ check: String, _ message: String, remedy: String? = nil) {
    self.level = level
    self.check = check
    self.message = message
    self.remedy = remedy
  }
}
