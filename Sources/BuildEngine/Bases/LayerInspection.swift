import LayerArchive
import OCI
import Storage

/// Learns what is in a layer whose blob is in the store: one that was fetched, or one that a database
/// which was lost had known.
enum LayerInspection {
  /// - Throws: `ArchiveError` for bytes that are no layer, or not the one with this diff ID.
  static func learn(
    _ descriptor: Descriptor, _ diffID: Digest, in store: Store
  ) throws -> StoredLayer {
    let read = try LayerReader.read(
      store.blobs.reader(of: descriptor.digest), mediaType: descriptor.mediaType,
      expectedDiffID: diffID, base: RootTree(layers: []))
    // Whoever made it: nothing is presumed of what its directories say.
    let layer = StoredLayer(diffID: diffID, descriptor: descriptor, isOwn: false)
    try store.layers.add(layer, index: read.index)
    return layer
  }
}
