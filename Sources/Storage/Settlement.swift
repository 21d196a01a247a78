import Dispatch
import FileSystem
import Glibc
import SQLite

/// Makes sure of what this boot has written. Keeps nothing of the store alive but its database.
struct Settlement: Sendable {
  let database: StoreDatabase

  /// How long kernels leave written data in memory, and somewhat more (`vm.dirty_expire_centisecs`,
  /// 30 s unless somebody changed it). What is older costs nothing to sync; what is newer would slow
  /// down the build that is going on.
  private static let writebackTime: Int64 = 60

  /// Makes sure of what earlier commands have written, beside whatever else is done, and then notes
  /// that. A process that ends before leaves the notes as they are.
  func start(root: String) {
    DispatchQueue.global(qos: .background).async {
      guard let written = try? current(), !written.isEmpty,
        let directory = try? Directory.open(root),
        (try? directory.synchronizeFileSystem()) != nil
      else { return }
      try? database.use { database in
        try database.transaction {
          // Whatever took a name meanwhile is not what was synced.
          for content in written {
            try database.execute(
              """
              UPDATE contents SET is_synced = 1
              WHERE kind = ? AND name = ? AND inode = ? AND changed = ?
              """, content)
          }
        }
      }
    }
  }

  private func current() throws -> [[Value]] {
    try database.use {
      try $0.all(
        """
        SELECT kind, name, inode, changed FROM contents
        WHERE boot = ? AND NOT is_synced AND written < ?
        """, [.text(database.boot), .integer(Int64(time(nil)) - Self.writebackTime)]
      ) {
        [
          .integer($0.integer(0)), .blob($0.blob(1)), .integer($0.integer(2)),
          .integer($0.integer(3)),
        ]
      }
    }
  }
}
