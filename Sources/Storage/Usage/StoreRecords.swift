import OCI
import SQLite

/// What the database knows of the store's contents, at one moment.
struct StoreRecords: Sendable {
  struct Layer: Sendable {
    let blob: Digest
    let isOwn: Bool
  }

  let roots: StoreRoots
  /// By diff ID.
  let layers: [Digest: Layer]
  let steps: [Digest: StepEntry]
  let cacheMounts: [Digest: CacheMountRecord]
  /// The layer that each unpacks, by diff ID.
  let snapshots: [Digest: Digest]

  init(_ store: Store) throws {
    roots = try store.roots()
    layers = try store.layers.known()
    steps = Dictionary(
      try store.steps.all().map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    cacheMounts = Dictionary(
      try store.cacheMounts.all().map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    snapshots = try store.snapshots.layers()
  }
}

extension LayerCatalog {
  fileprivate func known() throws -> [Digest: StoreRecords.Layer] {
    let rows = try database.use {
      try $0.all("SELECT diff_id, digest, is_own FROM layers") { row in
        (Digest(bytes: row.blob(0)), Digest(bytes: row.blob(1)), row.integer(2) != 0)
      }
    }
    var found: [Digest: StoreRecords.Layer] = [:]
    for case (let diffID?, let blob?, let isOwn) in rows {
      found[diffID] = StoreRecords.Layer(blob: blob, isOwn: isOwn)
    }
    return found
  }
}

extension SnapshotCatalog {
  fileprivate func layers() throws -> [Digest: Digest] {
    let rows = try records.database.use {
      try $0.all("SELECT name, diff_id FROM snapshots") {
        (Digest(bytes: $0.blob(0)), Digest(bytes: $0.blob(1)))
      }
    }
    var found: [Digest: Digest] = [:]
    for case (let name?, let diffID?) in rows { found[name] = diffID }
    return found
  }
}
