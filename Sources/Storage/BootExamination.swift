import FileSystem
import OCI
import SQLite

/// Looks, once in a boot, at what the one before may have left unfinished: a blob is read again, a
/// snapshot is dropped, for it can be unpacked anew. A database that was just made knows no boot.
struct BootExamination: Sendable {
  let database: StoreDatabase
  let records: ContentRecords
  let blobs: BlobDirectory
  let snapshots: SnapshotCatalog

  /// Nobody else may do the same meanwhile. Others may work on the store's contents: what they
  /// brought before, and this database does not know, is left where it is, and not trusted.
  func run() throws {
    let last = try database.use { try $0.first("SELECT boot FROM examined") { $0.text(0) } }
    guard last != database.boot || database.boot.isEmpty else { return }
    var found: [ContentRecords.Kind: Set<Digest>] = [.blob: [], .snapshot: []]
    for digest in try Self.digests(in: blobs.directory) where try blobs.sizeForNow(of: digest) != nil {
      found[.blob]?.insert(digest)
    }
    var unknown: [Digest] = []
    for digest in try Self.digests(in: snapshots.directory) {
      if try snapshots.containsForNow(digest) {
        found[.snapshot]?.insert(digest)
      } else {
        unknown.append(digest)
      }
    }
    try snapshots.clear(unknown)
    try records.forgetAll { kind, digest in
      // Somebody else may have brought a blob meanwhile.
      found[kind]?.contains(digest) == true
        || kind == .blob && FileTree.exists(blobs.path(of: digest))
    }
    try database.use { database in
      try database.transaction {
        try database.execute("DELETE FROM examined")
        try database.execute("INSERT INTO examined VALUES (?)", [.text(self.database.boot)])
      }
    }
  }

  private static func digests(in directory: String) throws -> [Digest] {
    try Directory.entries(of: directory).compactMap {
      Digest("sha256:" + String(decoding: $0.name, as: UTF8.self))
    }
  }
}
