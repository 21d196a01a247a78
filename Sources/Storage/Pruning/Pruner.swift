import FileSystem
import Glibc
import OCI

/// What came of taking things away.
package struct PruneOutcome: Sendable {
  package fileprivate(set) var removed: [StoredItem] = []
  /// What would have gone if no running command relied on it.
  package fileprivate(set) var inUse: [StoredItem] = []
  /// What the store takes afterwards, in bytes on the disk.
  package fileprivate(set) var total: Int64 = 0

  package var freed: Int64 { removed.reduce(0) { $0 + $1.bytes } }
}

/// Takes away what nobody needs, while others work with the store.
///
/// A thing is claimed first, so that nobody begins to rely on it; then it leaves the database, for
/// good; then it loses its name; then it is deleted. Who is killed in between leaves a thing that
/// nobody knows, which the next one takes away.
package struct Pruner: Sendable {
  private let store: Store
  /// Whether what others own, in their namespaces, can be deleted.
  private let isPrivileged: Bool

  package init(_ store: Store, isPrivileged: Bool) {
    self.store = store
    self.isPrivileged = isPrivileged
  }

  /// Others wait for a batch's claims and for its transaction: a few milliseconds.
  private static let batchSize = 64
  /// Builds that end while this goes on need things, and then all is looked at again.
  private static let roundLimit = 20

  /// What would be taken away, and from how many bytes.
  package func plan(
    _ request: PruneRequest, measured: @escaping @Sendable (Int64) -> Void = { _ in }
  ) throws -> (plan: PrunePlan, total: Int64) {
    let (inventory, plan) = try look(request, measured)
    return (plan, inventory.total)
  }

  private func look(
    _ request: PruneRequest, _ measured: @escaping @Sendable (Int64) -> Void
  ) throws -> (StoreInventory, PrunePlan) {
    let inventory = try StoreInventory(of: store, progress: measured)
    // What they need would look as if nobody needed it.
    if let first = inventory.unreadable.min() { throw StorageError.unreadableDocument(first) }
    let items = isPrivileged ? inventory.items : Self.ownFiles(inventory.items)
    return (
      inventory, PrunePlan(items, total: inventory.total, request, now: Int64(time(nil)))
    )
  }

  /// Without folders, and without layers that would leave one behind.
  private static func ownFiles(_ items: [StoredItem]) -> [StoredItem] {
    let unpacked = Set(items.compactMap(\.blob))
    return items.filter { item in
      switch item.name {
      case .blob(let digest): !unpacked.contains(digest)
      case .snapshot, .cacheMount: false
      case .step, .file: true
      }
    }
  }

  /// - Parameters:
  ///   - measured: Called, from any thread, with each further number of bytes that was looked at.
  ///   - removed: Called with each further number of bytes that was taken away.
  package func run(
    _ request: PruneRequest, measured: @escaping @Sendable (Int64) -> Void = { _ in },
    removed: (Int64) -> Void = { _ in }
  ) throws -> PruneOutcome {
    if store.database.isReadOnly { throw FileError("write", store.paths.root, errno: EROFS) }
    var outcome = PruneOutcome()
    for _ in 0..<Self.roundLimit {
      let (inventory, plan) = try look(request, measured)
      (outcome.inUse, outcome.total) = (plan.inUse, inventory.total)
      var isDone = true
      var rest = plan.removals[...]
      while !rest.isEmpty {
        try store.stopIfCancelled()
        let batch = Array(rest.prefix(Self.batchSize))
        rest = rest.dropFirst(batch.count)
        guard let gone = try remove(batch, while: inventory.roots) else {
          isDone = false
          break
        }
        if gone.count < batch.count { isDone = false }
        let bytes = gone.reduce(0) { $0 + $1.bytes }
        outcome.removed += gone
        outcome.total -= bytes
        removed(bytes)
      }
      if isDone { break }
    }
    return outcome
  }

  /// - Returns: What is gone; nil when other things are needed by now than at `roots`: then nothing
  ///   was done.
  private func remove(
    _ batch: [StoredItem], while roots: StoreRoots
  ) throws -> [StoredItem]? {
    var claims = try Claims(path: store.paths.pins)
    var caches: [CacheMount] = []
    let taken = try batch.filter { item throws(FileError) -> Bool in
      switch item.name {
      case .blob(let digest), .snapshot(let digest): return try claims.claim([digest])
      case .cacheMount(let key, let number):
        guard let alone = try CacheMount.attemptAlone(key, number, in: store.paths) else {
          return false
        }
        caches.append(alone)
        return true
      case .step, .file: return true
      }
    }
    if taken.isEmpty { return [] }
    let grave = try store.makeTemporaryDirectory("pruned")
    guard
      try store.records.forget(taken.map(\.name), in: { try StoreRoots($0, store.builds) == roots })
    else {
      try FileTree.remove(grave)
      return nil
    }
    for (index, item) in taken.enumerated() {
      guard let path = store.paths.path(of: item.name) else { continue }
      do throws(FileError) { try FileTree.rename(path, to: "\(grave)/\(index)") } catch {
        if !error.isNotFound { throw error }
      }
    }
    // None of it has a name any more: nobody needs to wait until it is deleted.
    _ = consume claims
    caches = []
    try FileTree.remove(grave)
    return taken
  }
}

extension StorePaths {
  /// - Returns: nil for what is no file.
  fileprivate func path(of name: StoredItem.Name) -> String? {
    switch name {
    case .step: nil
    case .cacheMount: "\(root)/\(name)/data"
    case .blob, .snapshot, .file: "\(root)/\(name)"
    }
  }
}
