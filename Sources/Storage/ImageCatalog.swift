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
    try holdParts(of: manifest.digest)
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

  /// Nobody takes away a part of the image between this and its new name.
  private func holdParts(of manifest: Digest) throws {
    let bytes = try blobs.read(manifest)
    guard let parsed = try? CanonicalJSON.decode(ImageManifest.self, from: bytes) else { return }
    for part in [parsed.config] + parsed.layers where try blobs.size(of: part.digest) == nil {
      throw StorageError.missingBlob(part.digest)
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
    try replace(paths.index, with: index(of: images))
  }

  /// Asks only whether there is a file: this is also called while the database is in use.
  private func index(of images: [NamedImage]) throws -> [UInt8] {
    try ImageLayout.encode(
      images.filter { FileTree.exists(blobs.path(of: $0.manifest.digest)) }.map { image in
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

  /// Makes the list and the names agree after a kill, a loss of power, or somebody's hand. The list
  /// is written before the names count: what it says of a name is newer, and a log that lost its end
  /// takes no name away.
  /// - Returns: What the list was.
  func restoreIndex() throws -> IndexState {
    if try FileTree.readIfPresent(paths.index) == index(of: all()) { return .right }
    var state = IndexState.outdated
    try changeNames { database in
      guard let bytes = try FileTree.readIfPresent(paths.index) else { return }
      guard let index = try? CanonicalJSON.decode(ImageIndex.self, from: bytes) else {
        state = .damaged
        return
      }
      let isThere = index.manifests.filter { FileTree.exists(blobs.path(of: $0.digest)) }
      try Self.take(isThere, in: database)
    }
    return state
  }

  /// Takes the names that people gave from the list, into a database that was just made.
  static func restore(from paths: StorePaths, in database: Database) throws {
    guard let bytes = try FileTree.readIfPresent(paths.index),
      let index = try? CanonicalJSON.decode(ImageIndex.self, from: bytes)
    else { return }
    try take(index.manifests, in: database)
  }

  private static func take(_ manifests: [Descriptor], in database: Database) throws {
    for manifest in manifests where manifest.mediaType == .imageManifest {
      guard let name = manifest.annotations?[nameAnnotation],
        ImageReference(name)?.description == name
      else { continue }
      try database.execute(
        """
        INSERT INTO images VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO UPDATE
        SET manifest = ?2, size = ?3, created = ?4 WHERE manifest <> ?2
        """,
        [
          .text(name), .blob(manifest.digest.bytes), .integer(manifest.size),
          .integer(Int64(time(nil))),
        ])
    }
  }

  /// Writes a file whose stat record stands for what is in it. Its time is never that of an earlier
  /// one, however many are written in a tick of the file system's clock.
  private func replace(_ path: String, with bytes: [UInt8]) throws {
    let before = try FileStatus.of(path, followLink: false)?.modified ?? 0
    let step: FileTime = 2_000_000_000
    try FileTree.replace(
      path, with: bytes, through: workspace.path, modified: max(SystemClock.now(), before + step))
  }

  /// Writes the file by whose stat record others see that a name means something else now.
  func noteNews(_ line: String) throws {
    try replace(paths.resolutions, with: Array((line + "\n").utf8))
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
    let isNews = try resolution(of: reference, platform)?.manifest.digest != manifest.digest
    try database.use { database in
      try database.transaction {
        if isNews { try noteNews("\(reference) \(manifest.digest)") }
        try database.execute(
          "INSERT OR REPLACE INTO resolutions VALUES (?, ?, ?, ?, ?, ?)",
          [
            .text(reference.description), .text(platform.description),
            .blob(manifest.digest.bytes), .integer(manifest.size),
            .text(manifest.mediaType.rawValue), .integer(Int64(time(nil))),
          ])
      }
    }
  }
}
