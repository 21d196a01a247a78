import FileSystem
import LayerArchive
import OCI
import Sandbox
import Storage

/// Unpacks layers when, and only when, something must be run on them or read from them.
struct SnapshotMaker: Sendable {
  let store: Store
  let form: OverlayForm

  /// Lower directories for a mount, the topmost first.
  func directories(of root: RootState) throws -> [String] {
    try root.layers.indices.reversed().map { try directory(of: $0, in: root) }
  }

  /// The unpacked layer at a position from the bottom.
  func directory(of position: Int, in root: RootState) throws -> String {
    let layer = root.layers[position]
    let below = root.layers[..<position]
    let name = Self.name(of: layer, on: below)
    if try store.snapshots.contains(name) { return store.snapshots.path(of: name) }
    try Self.requirePrivilege()
    let lock = try store.lock(name)
    if try !store.snapshots.contains(name) {
      try unpack(layer, on: below, as: name)
    }
    _ = consume lock
    return store.snapshots.path(of: name)
  }

  /// - Throws: ``BuildError/needsUserNamespace`` for a normal user.
  static func requirePrivilege() throws {
    if Sandbox.privilege == .none { throw BuildError.needsUserNamespace }
  }

  /// A foreign layer lacks entries that a lower directory needs and gets them from the layers
  /// below: its unpacked form depends on them.
  static func name(of layer: StoredLayer, on below: ArraySlice<StoredLayer>) -> Digest {
    layer.isOwn
      ? layer.diffID : ChainID.appending(layer.diffID, to: ChainID.of(below.map(\.diffID)))
  }

  private func unpack(
    _ layer: StoredLayer, on below: ArraySlice<StoredLayer>, as name: Digest
  ) throws {
    let base = RootTree(
      layers: try below.map { layer in
        guard let index = try store.layers.index(of: layer.diffID) else {
          throw StorageError.missingBlob(layer.descriptor.digest)
        }
        return index
      })
    let lowers =
      layer.isOwn
      ? []
      : try directories(of: RootState(layers: Array(below)))
    let directory = try store.makeTemporaryDirectory("unpack")
    do {
      _ = try LayerReader.read(
        store.blobs.reader(of: layer.descriptor.digest), mediaType: layer.descriptor.mediaType,
        expectedDiffID: layer.diffID,
        unpackingInto: SnapshotTarget(
          directory: directory, form: form, lowerDirectories: lowers), base: base)
    } catch {
      try? FileTree.remove(directory)
      throw error
    }
    try store.snapshots.commit(directory, as: name, of: layer.diffID)
  }
}
