package import OCI
import SQLite

/// A step whose result is noted, without what went into it.
package struct NotedStep: Sendable {
  package let key: Digest
  package let instruction: String
  package let diffIDs: [Digest]
}

extension StepCache {
  package func all() throws -> [NotedStep] { try database.use(Self.all) }

  private static func all(_ database: Database) throws -> [NotedStep] {
    try database.all("SELECT key, instruction, diff_ids FROM steps ORDER BY key") { row in
      Digest(bytes: row.blob(0)).map {
        NotedStep(key: $0, instruction: row.text(1), diffIDs: Digest.list(row.blob(2)))
      }
    }.compactMap(\.self)
  }

  /// Steps that name a layer of which nothing is known.
  /// - Parameter drops: Whether they are forgotten, in the moment in which they are found.
  package func withoutLayers(drops: Bool) throws -> [NotedStep] {
    try database.use { database in
      guard drops else { return try Self.withoutLayers(database) }
      return try database.transaction {
        let found = try Self.withoutLayers(database)
        for step in found {
          try database.execute("DELETE FROM steps WHERE key = ?", [.blob(step.key.bytes)])
        }
        return found
      }
    }
  }

  /// A build notes a layer before its step: the steps are read first.
  private static func withoutLayers(_ database: Database) throws -> [NotedStep] {
    let steps = try all(database)
    let layers = try database.all("SELECT diff_id FROM layers") { Digest(bytes: $0.blob(0)) }
    let known = Set(layers.compactMap(\.self))
    return steps.filter { !known.isSuperset(of: $0.diffIDs) }
  }
}
