import Synchronization

/// A database for several threads: one at a time uses it, the others wait. Opened, and brought to
/// the newest schema, at first use.
///
/// `@unchecked Sendable`: `connection` is read and set only in `use`, while `gate` is held, and
/// `Database` has no other owner.
package final class SerializedDatabase: @unchecked Sendable {
  package let path: String
  private let mode: Database.Mode
  private let migrations: [Migration]
  private let gate = Mutex(())
  private var connection: Database?

  package init(path: String, mode: Database.Mode, migrations: [Migration]) {
    self.path = path
    self.mode = mode
    self.migrations = migrations
  }

  /// - Throws: ``SQLiteError``, ``MigrationError``, or what `body` throws.
  package func use<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try gate.withLock { _ in
      if let connection { return try body(connection) }
      let opened = try Database(path: path, mode: mode)
      switch mode {
      case .readWrite: try opened.migrate(migrations)
      case .readOnly: try opened.checkSchema(migrations)
      }
      connection = opened
      return try body(opened)
    }
  }
}
