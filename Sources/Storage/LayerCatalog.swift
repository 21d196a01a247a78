import Glibc
package import OCI
import SQLite

/// A layer that the store has.
package struct StoredLayer: Sendable, Hashable {
  package let diffID: Digest
  /// Of the compressed blob.
  package let descriptor: Descriptor
  /// Made by runctl: it has an entry for each directory on the way to what it changes, and so is a
  /// correct lower directory on any layers below.
  package let isOwn: Bool

  package init(diffID: Digest, descriptor: Descriptor, isOwn: Bool) {
    self.diffID = diffID
    self.descriptor = descriptor
    self.isOwn = isOwn
  }
}

/// Layers by diff ID, with what is in them.
package struct LayerCatalog: Sendable {
  let database: StoreDatabase
  let blobs: BlobDirectory

  /// Records a layer whose blob is in the store.
  package func add(
    _ layer: StoredLayer, index: LayerIndex, members: [LayerMember] = []
  ) throws {
    let id = Value.blob(layer.diffID.bytes)
    let digest = Value.blob(layer.descriptor.digest.bytes)
    try database.use { database in
      try database.transaction {
        try database.execute(
          "INSERT OR REPLACE INTO layers VALUES (?, ?, ?, ?, ?, ?)",
          [
            id, digest, .integer(layer.descriptor.size),
            .text(layer.descriptor.mediaType.rawValue), .integer(layer.isOwn ? 1 : 0),
            .integer(Int64(time(nil))),
          ])
        try database.execute(
          "INSERT OR REPLACE INTO layer_indexes VALUES (?, ?)", [id, .blob(index.serialized)])
        for member in members {
          try database.execute(
            "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?)",
            [
              .blob(member.key.bytes), digest, .integer(member.offset), .integer(member.length),
            ])
        }
      }
    }
  }

  /// - Returns: nil when the layer is unknown or its blob is gone.
  package func layer(_ diffID: Digest) throws -> StoredLayer? {
    let found = try database.use {
      try $0.first(
        """
        SELECT digest, size, media_type, is_own FROM layers JOIN layer_indexes USING (diff_id)
        WHERE diff_id = ?
        """, [.blob(diffID.bytes)]
      ) { row in
        Digest(bytes: row.blob(0)).map {
          StoredLayer(
            diffID: diffID,
            descriptor: Descriptor(
              mediaType: MediaType(rawValue: row.text(2)), digest: $0, size: row.integer(1)),
            isOwn: row.integer(3) != 0)
        }
      }
    }
    guard case .some(.some(let layer)) = found,
      try blobs.size(of: layer.descriptor.digest) == layer.descriptor.size
    else { return nil }
    return layer
  }

  package func index(of diffID: Digest) throws -> LayerIndex? {
    let bytes = try database.use {
      try $0.first(
        "SELECT bytes FROM layer_indexes WHERE diff_id = ?", [.blob(diffID.bytes)]
      ) { $0.blob(0) }
    }
    return bytes.flatMap(LayerIndex.init(serialized:))
  }

  /// The compressed bytes of a part of some layer that holds what `key` names, if there is one.
  package func member(_ key: Digest) throws -> [UInt8]? {
    let place = try database.use {
      try $0.first(
        "SELECT digest, offset, length FROM members WHERE key = ?", [.blob(key.bytes)]
      ) { (Digest(bytes: $0.blob(0)), $0.integer(1), $0.integer(2)) }
    }
    guard case (let digest?, let offset, let length)? = place,
      let blob = try? blobs.reader(of: digest), offset >= 0, length >= 0,
      length <= blob.size - offset
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(length))
    var filled = 0
    while filled < bytes.count {
      let count = try bytes.withUnsafeMutableBytes {
        try blob.read(at: offset + Int64(filled), into: .init(rebasing: $0[filled...]))
      }
      guard count > 0 else { return nil }
      filled += count
    }
    return bytes
  }
}
