import FileSystem
import Glibc
package import OCI
import SQLite

/// What a name outside of registries meant when it was last asked for: an address, a branch of a
/// repository, the files of a commit.
package struct SourceRecord: Sendable, Equatable {
  /// In the store; nil where the name only means another name.
  package let content: Digest?
  /// In bytes.
  package let size: Int64
  /// What the server knows it by: a commit, or how to ask whether it is still the same.
  package let mark: String

  package init(content: Digest? = nil, size: Int64 = 0, mark: String) {
    (self.content, self.size, self.mark) = (content, size, mark)
  }
}

/// Names that are asked for once and kept, as those of images are.
package struct SourceCatalog: Sendable {
  let database: StoreDatabase
  let images: ImageCatalog

  /// - Parameter name: Without what lets anybody in.
  package func record(of name: String) throws -> SourceRecord? {
    func read() throws -> SourceRecord? {
      try database.use {
        try $0.first(
          "SELECT content, size, mark FROM sources WHERE name = ?", [.text(name)]
        ) { row in
          SourceRecord(
            content: Digest(bytes: row.blob(0)), size: row.integer(1), mark: row.text(2))
        }
      }
    }
    // One that an older runctl made, and that cannot be written, has no such table.
    return database.isReadOnly ? try? read() : try read()
  }

  /// What is kept, and when it was last asked for, in seconds since 1970-01-01T00:00:00Z.
  func contents() throws -> [Digest: Int64] {
    func read() throws -> [(Digest, Int64)?] {
      try database.use {
        try $0.all("SELECT content, resolved FROM sources WHERE content IS NOT NULL") { row in
          Digest(bytes: row.blob(0)).map { ($0, row.integer(1)) }
        }
      }
    }
    let found = database.isReadOnly ? (try? read()) ?? [] : try read()
    return Dictionary(found.compactMap(\.self), uniquingKeysWith: max)
  }

  package func set(_ name: String, to record: SourceRecord) throws {
    if try self.record(of: name) == record { return }
    try database.use { database in
      try database.transaction {
        try images.noteNews("\(name) \(record.content?.description ?? record.mark)")
        try database.execute(
          "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?)",
          [
            .text(name), .optional(record.content?.bytes), .integer(record.size),
            .text(record.mark), .integer(Int64(time(nil))),
          ])
      }
    }
  }
}
