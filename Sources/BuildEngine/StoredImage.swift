import FileSystem
package import OCI
package import Storage

/// An image of the store, as those see it who run it.
package struct StoredImage: Sendable {
  package let tree: RootTree
  package let config: ImageConfig
  /// As the manifest has them, the bottom one first.
  package let layers: [Descriptor]
  /// What is in each layer.
  package let indexes: [LayerIndex]
  private let root: RootState
  private let store: Store

  /// - Throws: ``StorageError/missingBlob(_:)`` when the store lacks a part of the image.
  package init(_ manifest: Digest, in store: Store) throws {
    let parsed = try CanonicalJSON.decode(ImageManifest.self, from: store.blobs.read(manifest))
    config = try CanonicalJSON.decode(
      ImageConfig.self, from: store.blobs.read(parsed.config.digest))
    let layers = try zip(config.rootFS.diffIDs, parsed.layers).map { diffID, descriptor in
      if let layer = try store.layers.layer(diffID) { return layer }
      guard try store.blobs.size(of: descriptor.digest) != nil else {
        throw StorageError.missingBlob(descriptor.digest)
      }
      return try LayerInspection.learn(descriptor, diffID, in: store)
    }
    root = RootState(layers: layers)
    let reader = RootReader(store)
    indexes = try layers.map { try reader.index(of: $0.diffID) }
    tree = RootTree(layers: indexes)
    self.layers = parsed.layers
    self.store = store
  }

  /// Nobody takes a part of an image away from here on, as long as the store is open.
  ///
  /// - Parameter lowers: What ``unpack()`` has returned, in whatever process.
  /// - Throws: ``StorageError/missingBlob(_:)`` for what is gone already.
  package static func hold(_ manifest: Digest, unpacked lowers: [String], in store: Store) throws {
    let parsed = try CanonicalJSON.decode(ImageManifest.self, from: store.blobs.read(manifest))
    for digest in [parsed.config.digest] + parsed.layers.map(\.digest)
    where try store.blobs.size(of: digest) == nil {
      throw StorageError.missingBlob(digest)
    }
    for name in lowers.compactMap({ Digest(hex: FileTree.lastComponent(of: $0)) })
    where try !store.snapshots.contains(name) {
      throw StorageError.missingBlob(name)
    }
  }

  /// Unpacks what is not unpacked yet.
  /// - Returns: Lower directories for a mount, the topmost first; none for an image without layers.
  /// - Throws: ``BuildError/needsUserNamespace`` for a normal user.
  package func unpack() throws -> [String] {
    try SnapshotMaker.requirePrivilege()
    return try SnapshotMaker(store: store, form: .ofCaller).directories(of: root)
  }
}
