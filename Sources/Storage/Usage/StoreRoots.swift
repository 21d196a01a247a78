import OCI
import SQLite

/// What makes contents of the store needed: while this is as it was, nothing has become needed that
/// was not before.
struct StoreRoots: Sendable, Equatable {
  struct Image: Sendable, Equatable {
    let name: String
    let manifest: Digest
    let created: Int64
  }

  let images: [Image]
  let builds: [BuildRecord]

  init(_ database: Database, _ catalog: BuildCatalog) throws {
    images = try database.all("SELECT name, manifest, created FROM images ORDER BY name") { row in
      Digest(bytes: row.blob(1)).map {
        Image(name: row.text(0), manifest: $0, created: row.integer(2))
      }
    }.compactMap(\.self)
    builds = try catalog.all(database)
  }
}
