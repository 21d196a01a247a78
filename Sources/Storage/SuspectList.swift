import Dispatch
import FileSystem
import Glibc
import OCI
import SQLite

/// What was written in a boot and not yet known to be on the disk.
///
/// Nothing that a person waits for is synced. Instead the name is noted before it can be seen, and
/// what an earlier boot left in the list is looked at before anything else is done: a blob is read
/// again, a snapshot is dropped, for it can be unpacked anew.
struct SuspectList: Sendable {
  enum Kind: Int64 {
    case blob = 0
    case snapshot = 1
  }

  let database: StoreDatabase

  func add(_ kind: Kind, _ name: Digest) throws {
    try database.use {
      try $0.execute(
        "INSERT OR REPLACE INTO suspects VALUES (?, ?, ?, ?)",
        [
          .integer(kind.rawValue), .blob(name.bytes), .text(database.boot),
          .integer(Int64(time(nil))),
        ])
    }
  }

  /// Looks at what an earlier boot has left. Nobody else may work on the store's contents meanwhile.
  func examine(blobs: BlobDirectory, snapshots: SnapshotCatalog) throws {
    let earlier = try database.use {
      try $0.all(
        "SELECT kind, name FROM suspects WHERE boot <> ?", [.text(database.boot)]
      ) { (Kind(rawValue: $0.integer(0)), Digest(bytes: $0.blob(1))) }
    }
    guard !earlier.isEmpty else { return }
    for case (let kind?, let name?) in earlier {
      switch kind {
      case .blob:
        guard try blobs.size(of: name) != nil else { continue }
        // What cannot be read is as good as damaged.
        do { try blobs.verify(name) } catch { try FileTree.removeFile(blobs.path(of: name)) }
      case .snapshot: try snapshots.remove(name)
      }
    }
    sync()
    try database.use {
      try $0.execute("DELETE FROM suspects WHERE boot <> ?", [.text(database.boot)])
    }
  }

  /// How long kernels leave written data in memory, and somewhat more (`vm.dirty_expire_centisecs`,
  /// 30 s unless somebody changed it). What is older costs nothing to sync; what is newer would slow
  /// down the build that is going on.
  private static let writebackTime: Int64 = 60

  /// Makes sure of what earlier commands have written, beside whatever else is done, and then strikes
  /// it off the list. A process that ends before that leaves the list as it is.
  func settle(root: String) {
    DispatchQueue.global(qos: .background).async {
      guard let names = try? current(), !names.isEmpty,
        let directory = try? Directory.open(root),
        (try? directory.synchronizeFileSystem()) != nil
      else { return }
      try? database.use { database in
        try database.transaction {
          for (kind, name) in names {
            try database.execute(
              "DELETE FROM suspects WHERE kind = ? AND name = ? AND boot = ?",
              [.integer(kind), .blob(name), .text(self.database.boot)])
          }
        }
      }
    }
  }

  private func current() throws -> [(kind: Int64, name: [UInt8])] {
    try database.use {
      try $0.all(
        "SELECT kind, name FROM suspects WHERE boot = ? AND written < ?",
        [.text(database.boot), .integer(Int64(time(nil)) - Self.writebackTime)]
      ) { ($0.integer(0), $0.blob(1)) }
    }
  }
}
