import LayerArchive
import OCI
import Storage

/// Writes layers of runctl's own into the store.
struct LayerRecorder: Sendable {
  let store: Store
  let reader: RootReader
  let epoch: Int64

  func makeWriter() throws -> LayerWriter {
    LayerWriter(
      into: try store.blobs.writer(), reusing: StoredMembers(layers: store.layers), epoch: epoch)
  }

  func record(_ written: WrittenLayer) throws -> StoredLayer {
    let layer = StoredLayer(
      diffID: written.diffID, descriptor: written.descriptor, isOwn: true)
    try store.layers.add(layer, index: written.index, members: written.members)
    reader.note(written.index, of: written.diffID)
    return layer
  }
}

/// Parts of earlier layers, which need not be compressed again.
private struct StoredMembers: MemberSource {
  let layers: LayerCatalog

  func compressed(for key: Digest) -> [UInt8]? {
    // Not finding a part costs time and nothing else.
    (try? layers.member(key)).flatMap(\.self)
  }
}
