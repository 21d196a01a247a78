import FileSystem
import Glibc
package import OCI
import SQLite

/// An image that has a name in the store.
package struct NamedImage: Sendable, Equatable {
  package let name: ImageReference
  package let manifest: Descriptor
  /// Seconds since 1970-01-01T00:00:00Z.
  package let created: Int64
}

/// Names of images: those that people gave, and what names in registries meant when last asked for.
package struct ImageCatalog: Sendable {
  let database: StoreDatabase
  let paths: StorePaths
  let workspace: TemporarySpace
  let blobs: BlobDirectory

  package func all() throws -> [NamedImage] { try database.use(Self.all) }

  private static func all(_ database: Database) throws -> [NamedImage] {
    try database.all(
      "SELECT name, manifest, size, created FROM images ORDER BY name", [], Self.image
    ).compactMap(\.self)
  }

  package func image(named name: ImageReference) throws -> NamedImage? {
    try database.use {
      try $0.first(
        "SELECT name, manifest, size, created FROM images WHERE name = ?",
        [.text(name.description)], Self.image)
    }.flatMap(\.self)
  }

  private static func image(_ row: Row) -> NamedImage? {
    guard let name = ImageReference(row.text(0)), let digest = Digest(bytes: row.blob(1)) else {
      return nil
    }
    return NamedImage(
      name: name,
      manifest: Descriptor(mediaType: .imageManifest, digest: digest, size: row.integer(2)),
      created: row.integer(3))
  }

  /// Gives an image a name; an image that had it loses it. Names that are right already are left.
  package func set(_ names: [ImageReference], to manifest: Descriptor) throws {
    let changed = try names.filter { try image(named: $0)?.manifest.digest != manifest.digest }
    guard !changed.isEmpty else { return }
    try changeNames { database in
      for name in changed {
        try database.execute(
          "INSERT OR REPLACE INTO images VALUES (?, ?, ?, ?)",
          [
            .text(name.description), .blob(manifest.digest.bytes), .integer(manifest.size),
            .integer(Int64(time(nil))),
          ])
      }
    }
  }

  /// The index is written before the change counts: whoever trusts its stat record looks closely
  /// rather than not at all, wherever this process is stopped.
  private func changeNames(_ change: (Database) throws -> Void) throws {
    try database.use { database in
      try database.transaction {
        try change(database)
        try writeIndex(Self.all(database))
      }
    }
  }

  /// - Returns: Whether there was such a name.
  @discardableResult
  package func remove(_ name: ImageReference) throws -> Bool {
    guard try image(named: name) != nil else { return false }
    try changeNames {
      try $0.execute("DELETE FROM images WHERE name = ?", [.text(name.description)])
    }
    return true
  }

  /// The list that makes the store an image layout that other tools can read; an image whose
  /// manifest is lost is not in it.
  private func writeIndex(_ images: [NamedImage]) throws {
    try FileTree.replace(paths.index, with: index(of: images), through: workspace.path)
  }

  private func index(of images: [NamedImage]) throws -> [UInt8] {
    try ImageLayout.encode(
      images.filter { try blobs.size(of: $0.manifest.digest) != nil }.map { image in
        var descriptor = image.manifest
        descriptor.annotations = [Self.nameAnnotation: image.name.description]
        return descriptor
      })
  }

  private static let nameAnnotation = "org.opencontainers.image.ref.name"

  enum IndexState {
    case right
    /// Of another moment, or not there.
    case outdated
    case damaged
  }

  /// Writes the list anew when it is not what the names say: a kill, a loss of power, or somebody.
  /// - Returns: What it was.
  func restoreIndex() throws -> IndexState {
    if try FileTree.readIfPresent(paths.index) == index(of: all()) { return .right }
    var state = IndexState.right
    try changeNames { _ in
      // Somebody may have been about to write it.
      let bytes = try FileTree.readIfPresent(paths.index)
      state = bytes.map { Self.isReadable($0) } == false ? .damaged : .outdated
    }
    return state
  }

  private static func isReadable(_ index: [UInt8]) -> Bool {
    (try? CanonicalJSON.decode(ImageIndex.self, from: index)) != nil
  }

  /// Takes the names that people gave from the list, into a database that has none.
  static func restore(from paths: StorePaths, in database: Database) throws {
    guard let bytes = try FileTree.readIfPresent(paths.index),
      let index = try? CanonicalJSON.decode(ImageIndex.self, from: bytes)
    else { return }
    for manifest in index.manifests {
      guard let name = manifest.annotations?[nameAnnotation] else { continue }
      try database.execute(
        "INSERT OR IGNORE INTO images VALUES (?, ?, ?, ?)",
        [
          .text(name), .blob(manifest.digest.bytes), .integer(manifest.size),
          .integer(Int64(time(nil))),
        ])
    }
  }

  /// What `reference` meant for `platform` when a registry was last asked, and when that was, in
  /// seconds since 1970-01-01T00:00:00Z.
  package func resolution(
    of reference: ImageReference, _ platform: Platform
  ) throws -> (manifest: Descriptor, resolved: Int64)? {
    try database.use {
      try $0.first(
        """
        SELECT manifest, size, media_type, resolved FROM resolutions
        WHERE reference = ? AND platform = ?
        """, [.text(reference.description), .text(platform.description)]
      ) { row in
        Digest(bytes: row.blob(0)).map {
          let descriptor = Descriptor(
            mediaType: MediaType(rawValue: row.text(2)), digest: $0, size: row.integer(1))
          return (descriptor, row.integer(3))
        }
      }
    }.flatMap(\.self)
  }

  package func setResolution(
    of reference: ImageReference, _ platform: Platform, to manifest: Descriptor
  ) throws {
    if try resolution(of: reference, platform)?.manifest.digest != manifest.digest {
      try FileTree.replace(
        paths.resolutions, with: Array("\(reference) \(manifest.digest)\n".utf8),
        through: workspace.path)
    }
    try database.use {
      try $0.execute(
        "INSERT OR REPLACE INTO resolutions VALUES (?, ?, ?, ?, ?, ?)",
        [
          .text(reference.description), .text(platform.description),
          .blob(manifest.digest.bytes), .integer(manifest.size),
          .text(manifest.mediaType.rawValue), .integer(Int64(time(nil))),
        ])
    }
  }
}
