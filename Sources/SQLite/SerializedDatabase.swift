import Synchronization

/// A database for several threads: one at a time uses it, the others wait. Opened, and brought to
/// the newest schema, at first use; one that is damaged is set aside, and a new one stands in.
///
/// `@unchecked Sendable`: `connection` is read and set only in `use`, while `gate` is held, and
/// `Database` has no other owner.
package final class SerializedDatabase: @unchecked Sendable {
  package let path: String
  private let mode: Database.Mode
  private let migrations: [Migration]
  /// Fills a database that was just made.
  private let fill: @Sendable (Database) throws -> Void
  /// Told the path where a damaged file is now.
  private let onDamage: @Sendable (_ aside: String) -> Void
  private let gate = Mutex(())
  private var connection: Database?

  package init(
    path: String, mode: Database.Mode, migrations: [Migration],
    fill: @escaping @Sendable (Database) throws -> Void = { _ in },
    onDamage: @escaping @Sendable (_ aside: String) -> Void = { _ in }
  ) {
    self.path = path
    self.mode = mode
    self.migrations = migrations
    self.fill = fill
    self.onDamage = onDamage
  }

  /// - Parameter body: Called once more when it came upon damage: then nothing is there that was.
  /// - Throws: ``SQLiteError``, ``MigrationError``, or what `body` throws.
  package func use<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try gate.withLock { _ in
      do {
        return try body(opened())
      } catch let error as SQLiteError where error.isCorruption && mode == .readWrite {
        connection = nil
        if let aside = try DamagedFile.setAside(path) { onDamage(aside) }
        return try body(opened())
      }
    }
  }

  private func opened() throws -> Database {
    if let connection { return connection }
    // Where it cannot be locked it cannot be opened either, and SQLite says why.
    let place = try? DamagedFile.keepInPlace(path)
    defer { _ = place }
    let made = try Database(path: path, mode: mode)
    switch mode {
    case .readWrite: if try made.migrate(migrations) { try fill(made) }
    case .readOnly: try made.checkSchema(migrations)
    }
    connection = made
    return made
  }
}
