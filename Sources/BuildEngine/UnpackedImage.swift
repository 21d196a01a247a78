package import OCI
package import Storage

/// An image of the store, ready to be run.
package struct UnpackedImage: Sendable {
  /// Lower directories for a mount, the topmost first; empty for an image without layers.
  package let lowers: [String]
  package let tree: RootTree
  package let config: ImageConfig

  /// Unpacks what is not unpacked yet.
  /// - Throws: ``StorageError/missingBlob(_:)`` when the store lacks a part of the image.
  package static func prepare(_ manifest: Digest, in store: Store) throws -> UnpackedImage {
    let parsed = try CanonicalJSON.decode(ImageManifest.self, from: store.blobs.read(manifest))
    let config = try CanonicalJSON.decode(
      ImageConfig.self, from: store.blobs.read(parsed.config.digest))
    let layers = try config.rootFS.diffIDs.map { diffID in
      guard let layer = try store.layers.layer(diffID) else {
        throw StorageError.missingBlob(diffID)
      }
      return layer
    }
    let root = RootState(layers: layers)
    return UnpackedImage(
      lowers: try SnapshotMaker(store: store, form: .ofCaller).directories(of: root),
      tree: try RootReader(store).tree(of: root), config: config)
  }
}
