import FileSystem
package import OCI
import SQLite

/// What the database says of layers, for who looks whether it is true.
extension LayerCatalog {
  /// Every layer that has a row, whether its blob is there or not.
  package func all() throws -> [StoredLayer] {
    try database.use {
      try $0.all("SELECT diff_id, digest, size, media_type, is_own FROM layers", [], Self.layer)
    }.compactMap(\.self)
  }

  /// The row as it is now, whether the blob is there or not.
  package func row(of diffID: Digest) throws -> StoredLayer? {
    try database.use {
      try $0.first(
        "SELECT diff_id, digest, size, media_type, is_own FROM layers WHERE diff_id = ?",
        [.blob(diffID.bytes)], Self.layer)
    }.flatMap(\.self)
  }

  private static func layer(_ row: Row) -> StoredLayer? {
    guard let diffID = Digest(bytes: row.blob(0)), let digest = Digest(bytes: row.blob(1)) else {
      return nil
    }
    return StoredLayer(
      diffID: diffID,
      descriptor: Descriptor(
        mediaType: MediaType(rawValue: row.text(3)), digest: digest, size: row.integer(2)),
      isOwn: row.integer(4) != 0)
  }

  /// Takes away what is said of a layer, if it is still this.
  package func drop(_ layer: StoredLayer) throws {
    let values: [Value] = [.blob(layer.diffID.bytes), .blob(layer.descriptor.digest.bytes)]
    try database.use { database in
      try database.transaction {
        try database.execute(
          """
          DELETE FROM layer_indexes WHERE diff_id = ?1
          AND EXISTS (SELECT 1 FROM layers WHERE diff_id = ?1 AND digest = ?2)
          """, values)
        try database.execute("DELETE FROM layers WHERE diff_id = ? AND digest = ?", values)
      }
    }
  }

  /// The blobs of which parts are named that lie outside of them, and how many parts.
  /// - Parameter drops: Whether these parts lose their names.
  package func misplacedMembers(drops: Bool) throws -> [(blob: Digest, count: Int)] {
    let named = try database.use {
      try $0.all(
        """
        SELECT digest, count(*), min(offset), min(length), max(offset + length) FROM members
        GROUP BY digest
        """
      ) {
        (
          Digest(bytes: $0.blob(0)), Int($0.integer(1)), min($0.integer(2), $0.integer(3)),
          $0.integer(4)
        )
      }
    }
    var found: [(Digest, Int)] = []
    for case (let digest?, let count, let least, let end) in named {
      let size = try FileStatus.of(blobs.path(of: digest), followLink: true)?.size
      if let size, least >= 0, end <= size { continue }
      if drops {
        try database.use {
          try $0.execute("DELETE FROM members WHERE digest = ?", [.blob(digest.bytes)])
        }
      }
      found.append((digest, count))
    }
    return found
  }
}
