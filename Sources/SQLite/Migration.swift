/// One step forward of a schema. The number of steps taken is the schema's version, kept in
/// `user_version`; a step that has been released is never edited.
package struct Migration: Sendable {
  package let sql: String
  /// Whether who only reads can do without it.
  package let isAddition: Bool

  package init(_ sql: String, isAddition: Bool = false) {
    self.sql = sql
    self.isAddition = isAddition
  }
}

package enum MigrationError: Error, Equatable {
  /// Written by a newer runctl.
  case tooNew(version: Int, known: Int)
  /// Written by an older runctl, or not to its end, and only to be read.
  case tooOld(version: Int, known: Int)
}

extension Database {
  package func schemaVersion() throws(SQLiteError) -> Int {
    try first("PRAGMA user_version") { Int($0.integer(0)) } ?? 0
  }

  /// Makes sure that the schema is the newest without changing anything.
  func checkSchema(_ migrations: [Migration]) throws {
    let version = try schemaVersion()
    if version > migrations.count {
      throw MigrationError.tooNew(version: version, known: migrations.count)
    }
    if migrations.dropFirst(version).contains(where: { !$0.isAddition }) {
      throw MigrationError.tooOld(version: version, known: migrations.count)
    }
  }

  /// Takes the steps that are missing, all of them or none.
  /// - Returns: Whether there was nothing before.
  @discardableResult
  package func migrate(_ migrations: [Migration]) throws -> Bool {
    let version = try schemaVersion()
    if version == migrations.count { return false }
    guard version < migrations.count else {
      throw MigrationError.tooNew(version: version, known: migrations.count)
    }
    return try transaction {
      // Another process may have been faster while this one waited for the lock.
      let before = try schemaVersion()
      for step in migrations.dropFirst(before) { try script(step.sql) }
      try execute("PRAGMA user_version = \(migrations.count)")
      return before == 0
    }
  }
}
