import LayerArchive
import OCI
import Storage
import Synchronization

/// A root file system between two steps: its layers, bottom first.
struct RootState: Sendable, Equatable {
  let layers: [StoredLayer]

  static let empty = RootState(layers: [])

  var chain: Digest? { ChainID.of(layers.map(\.diffID)) }

  func adding(_ more: [StoredLayer]) -> RootState { RootState(layers: layers + more) }
}

/// Reads the indexes of layers, each once.
final class RootReader: Sendable {
  private let store: Store
  private let indexes = Mutex<[Digest: LayerIndex]>([:])

  init(_ store: Store) { self.store = store }

  func tree(of root: RootState) throws -> RootTree {
    RootTree(layers: try root.layers.map { try index(of: $0.diffID) })
  }

  func note(_ index: LayerIndex, of diffID: Digest) {
    indexes.withLock { $0[diffID] = index }
  }

  func index(of diffID: Digest) throws -> LayerIndex {
    if let known = indexes.withLock({ $0[diffID] }) { return known }
    guard let index = try store.layers.index(of: diffID) else {
      throw StorageError.missingBlob(diffID)
    }
    note(index, of: diffID)
    return index
  }

  /// A small file's content, without unpacking the layer that has it when that was not done yet.
  func contents(of path: TreePath, in root: RootState, snapshots: SnapshotMaker) throws -> [UInt8]?
  {
    let tree = try tree(of: root)
    let found = try tree.resolve(path)
    guard found.entry?.kind == .file || found.entry?.kind == .hardLink,
      let size = found.entry?.size, size <= 1 << 20, let owner = tree.owner(of: found.path)
    else { return nil }
    let directory = try snapshots.directory(of: owner, in: root)
    return try SnapshotFile.read(found.path, in: directory)
  }
}
