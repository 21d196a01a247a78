import Glibc
package import OCI
import SQLite

/// What a cache mount was last used as.
package struct CacheMountRecord: Sendable, Equatable {
  package let key: Digest
  /// As the Dockerfile has it: its `id`, else its target.
  package let id: String
  /// The root of the project that used it last.
  package let project: String
  /// Seconds since 1970-01-01T00:00:00Z.
  package let lastUsed: Int64
  /// How often it was used: who knows a number knows whether it may have changed.
  package let uses: Int64
}

/// What is known of cache mounts beside what is in them.
package struct CacheMountCatalog: Sendable {
  let database: StoreDatabase

  /// Notes a use, before it changes anything.
  package func note(_ key: Digest, id: String, project: String) throws {
    try database.use {
      try $0.execute(
        """
        INSERT INTO cache_mounts VALUES (?1, ?2, ?3, ?4, 1) ON CONFLICT (key) DO UPDATE
        SET id = ?2, project = ?3, last_used = ?4, uses = uses + 1
        """, [.blob(key.bytes), .text(id), .text(project), .integer(Int64(time(nil)))])
    }
  }

  package func all() throws -> [CacheMountRecord] {
    try database.use {
      try $0.all("SELECT key, id, project, last_used, uses FROM cache_mounts ORDER BY key") { row in
        Digest(bytes: row.blob(0)).map {
          CacheMountRecord(
            key: $0, id: row.text(1), project: row.text(2), lastUsed: row.integer(3),
            uses: row.integer(4))
        }
      }.compactMap(\.self)
    }
  }
}
