import OCI
import SQLite

/// Taking things out of everything that names them, before they are taken away.
extension ContentRecords {
  /// All of them or none, and for good, as `forget(_:_:)` does.
  /// - Parameter isRight: Whether it is still right to take them away; nothing changes meanwhile.
  /// - Returns: Whether it was.
  func forget(
    _ names: [StoredItem.Name], in isRight: (Database) throws -> Bool
  ) throws -> Bool {
    let batch = ForgottenNames(names)
    let isDone = try database.use { database in
      try database.execute("PRAGMA synchronous = FULL")
      defer { try? database.execute("PRAGMA synchronous = NORMAL") }
      return try database.transaction {
        guard try isRight(database) else { return false }
        try batch.forget(database)
        return true
      }
    }
    if isDone {
      drop(.blob, batch.blobs)
      drop(.snapshot, batch.snapshots)
    }
    return isDone
  }
}

private struct ForgottenNames {
  var blobs: [Digest] = []
  var snapshots: [Digest] = []
  private var steps: [Digest] = []
  /// Below the store's folder.
  private var paths: [String] = []

  init(_ names: [StoredItem.Name]) {
    for name in names {
      switch name {
      case .blob(let digest): blobs.append(digest)
      case .snapshot(let digest): snapshots.append(digest)
      case .step(let key): steps.append(key)
      case .cacheMount, .file: break
      }
    }
    paths = names.map(\.description)
  }

  func forget(_ database: Database) throws {
    let blobs = blobs.map { Value.blob($0.bytes) }
    let snapshots = snapshots.map { Value.blob($0.bytes) }
    let list = Self.list(blobs)
    try database.execute(
      """
      DELETE FROM layer_indexes
      WHERE diff_id IN (SELECT diff_id FROM layers WHERE digest IN \(list))
      """, blobs)
    for place in [
      "layers WHERE digest", "members WHERE digest", "resolutions WHERE manifest",
      "builds WHERE manifest", "sources WHERE content", "contents WHERE kind = 0 AND name",
    ] { try database.execute("DELETE FROM \(place) IN \(list)", blobs) }
    for place in ["contents WHERE kind = 1 AND name", "snapshots WHERE name"] {
      try database.execute("DELETE FROM \(place) IN \(Self.list(snapshots))", snapshots)
    }
    for path in paths { try database.execute("DELETE FROM sizes WHERE path = ?", [.text(path)]) }
    for key in try steps + Self.stepsWithoutLayers(database) {
      try database.execute("DELETE FROM steps WHERE key = ?", [.blob(key.bytes)])
    }
  }

  private static func list(_ values: [Value]) -> String {
    "(" + values.map { _ in "?" }.joined(separator: ", ") + ")"
  }

  /// Results of which a layer is gone.
  private static func stepsWithoutLayers(_ database: Database) throws -> [Digest] {
    let layers = Set(
      try database.all("SELECT diff_id FROM layers") { Digest(bytes: $0.blob(0)) })
    let steps = try database.all("SELECT key, diff_ids FROM steps") {
      (Digest(bytes: $0.blob(0)), Digest.list($0.blob(1)))
    }
    return steps.compactMap { key, diffIDs in diffIDs.allSatisfy(layers.contains) ? nil : key }
  }
}
