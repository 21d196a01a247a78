import FileSystem
package import OCI

extension Store {
  /// Takes a content that another store has without copying it: this store must be gone before that
  /// one.
  package func adopt(content: Digest, from other: Store) throws {
    try blobs.adopt(content, from: other.blobs)
  }

  /// Takes an image in the same way, as far as the other store has it.
  package func adopt(_ manifest: Digest, from other: Store) throws {
    guard try other.blobs.size(of: manifest) != nil else { return }
    try blobs.adopt(manifest, from: other.blobs)
    let image = try CanonicalJSON.decode(ImageManifest.self, from: other.blobs.read(manifest))
    guard try other.blobs.size(of: image.config.digest) != nil else { return }
    try blobs.adopt(image.config.digest, from: other.blobs)
    let config = try CanonicalJSON.decode(
      ImageConfig.self, from: other.blobs.read(image.config.digest))
    for diffID in config.rootFS.diffIDs {
      guard let layer = try other.layers.layer(diffID),
        let index = try other.layers.index(of: diffID)
      else { continue }
      try blobs.adopt(layer.descriptor.digest, from: other.blobs)
      try layers.add(layer, index: index)
    }
  }
}
