import OCI
import SQLite

/// What the database knows of the store's contents, at one moment.
struct StoreRecords: Sendable {
  let roots: StoreRoots
  /// By diff ID.
  let layers: [Digest: StoredLayer]
  let steps: [Digest: StepEntry]
  let cacheMounts: [Digest: CacheMountRecord]
  /// The layer that each unpacks, by diff ID.
  let snapshots: [Digest: Digest]
  /// Contents that came from addresses and repositories.
  let downloads: Set<Digest>

  init(_ store: Store) throws {
    roots = try store.roots()
    layers = Dictionary(
      try store.layers.all().map { ($0.diffID, $0) }, uniquingKeysWith: { $1 })
    steps = Dictionary(
      try store.steps.all().map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    cacheMounts = Dictionary(
      try store.cacheMounts.all().map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    snapshots = try store.snapshots.layers()
    downloads = try store.sources.contents()
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
