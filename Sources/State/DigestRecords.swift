import SQLite

/// What the files of a context contained when they were last read, a blob for each directory; what
/// is in the blob is the business of whoever scans contexts.
package struct DigestRecords: Sendable {
  let database: StateDatabase

  package func records(of directory: [UInt8], in context: String) throws -> [UInt8]? {
    try database.read {
      try $0.first(
        "SELECT records FROM digests WHERE context = ? AND directory = ?",
        [.text(context), .blob(directory)]
      ) { $0.blob(0) }
    }.flatMap(\.self)
  }

  package func set(_ changed: [[UInt8]: [UInt8]], in context: String) throws {
    guard !changed.isEmpty else { return }
    try database.use { database in
      try database.transaction {
        for (directory, records) in changed {
          try database.execute(
            "INSERT OR REPLACE INTO digests VALUES (?, ?, ?)",
            [.text(context), .blob(directory), .blob(records)])
        }
      }
    }
  }
}
