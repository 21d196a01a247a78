import SQLite

/// What folders of the store took on the disk when they were measured, so that nobody needs to walk
/// through them again while they are as they were.
struct SizeCatalog: Sendable {
  struct Size: Sendable, Equatable {
    /// A number that is another one when the folder may have changed.
    let state: Int64
    let bytes: Int64
  }

  let database: StoreDatabase

  /// By path below the store's folder.
  func all() throws -> [String: Size] {
    let known = try database.use {
      try $0.all("SELECT path, state, bytes FROM sizes") {
        ($0.text(0), Size(state: $0.integer(1), bytes: $0.integer(2)))
      }
    }
    return Dictionary(known, uniquingKeysWith: { $1 })
  }

  func note(_ sizes: [String: Size]) throws {
    if database.isReadOnly || sizes.isEmpty { return }
    try database.use { database in
      try database.transaction {
        for (path, size) in sizes {
          try database.execute(
            "INSERT OR REPLACE INTO sizes VALUES (?, ?, ?)",
            [.text(path), .integer(size.state), .integer(size.bytes)])
        }
      }
    }
  }
}
