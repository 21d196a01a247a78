import OCI
import SQLite

extension StepCache {
  /// Steps that name a layer of which nothing is known.
  /// - Parameter drops: Whether they are forgotten, in the moment in which they are found.
  package func withoutLayers(drops: Bool) throws -> [StepEntry] {
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
  private static func withoutLayers(_ database: Database) throws -> [StepEntry] {
    let steps = try all(database)
    let layers = try database.all("SELECT diff_id FROM layers") { Digest(bytes: $0.blob(0)) }
    let known = Set(layers.compactMap(\.self))
    return steps.filter { !known.isSuperset(of: $0.diffIDs) }
  }
}
