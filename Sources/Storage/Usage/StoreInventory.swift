import FileSystem
import Glibc
import OCI

/// Everything in the store, what it takes on the disk, and who needs it.
package struct StoreInventory: Sendable {
  package let items: [StoredItem]
  package let users: [StoreUser: Set<StoredItem.Name>]
  /// In bytes on the disk, as all others.
  package let database: Int64
  package let other: Int64
  package let total: Int64
  let roots: StoreRoots
  /// Manifests and configurations of needed images that are there and cannot be read.
  let unreadable: Set<Digest>

  /// - Parameters:
  ///   - measuresAll: Whether sizes that were measured before are measured again.
  ///   - progress: Called, from any thread, with each further number of bytes.
  package init(
    of store: Store, measuresAll: Bool = false,
    progress: @escaping @Sendable (Int64) -> Void = { _ in }
  ) throws {
    let records = try StoreRecords(store)
    let probe = try UseProbe(of: store)
    let files = try Self.files(of: store, records, probe, measuresAll: measuresAll, progress)
    var needs = StoreNeeds(records, blobs: store.blobs)
    var users: [StoreUser: Set<StoredItem.Name>] = [:]
    var made: Set<Digest> = []
    let now = Int64(time(nil))
    for build in records.roots.builds where build.counts(now: now) {
      users[.build(build.owner)] = needs.parts(of: build)
      made.insert(build.manifest)
    }
    var named: Set<StoredItem.Name> = []
    for image in records.roots.images {
      let parts = needs.parts(ofImage: image.manifest)
      named.formUnion(parts)
      if !made.contains(image.manifest) { users[.image(image.name)] = parts }
    }
    for case .cacheMount(let key, let number) in files.entries.map(\.name) {
      let project = records.cacheMounts[key]?.project ?? ""
      users[.caches(project: project), default: []].insert(.cacheMount(key, number: number))
    }
    let uses = LastUses(records, &needs)
    let assembly = ItemAssembly(
      records: records, needs: needs, uses: uses, named: named,
      current: users.values.reduce(into: []) { $0.formUnion($1) },
      blobs: store.blobs, probe: probe)
    items = try assembly.items(files.entries)
    self.users = users
    database = files.database
    other = files.other
    total = files.total
    roots = records.roots
    unreadable = needs.unreadable
  }

  private static func files(
    of store: Store, _ records: StoreRecords, _ probe: UseProbe, measuresAll: Bool,
    _ progress: @escaping @Sendable (Int64) -> Void
  ) throws -> StoreFiles {
    let catalog = store.sizes
    let known = measuresAll ? [:] : try catalog.all()
    func state(_ entry: StoreFiles.Entry) -> Int64? {
      switch entry.name {
      case .snapshot: entry.status.changed &+ Int64(bitPattern: entry.status.inode)
      case .cacheMount(let key, _): records.cacheMounts[key]?.uses
      default: nil
      }
    }
    return try StoreFiles(store.paths, DiskUsage(progress: progress)) { entry in
      guard let size = known[entry.name.description], size.state == state(entry) else { return nil }
      return size.bytes
    } measured: { entries in
      var sizes: [String: SizeCatalog.Size] = [:]
      for entry in entries where try !probe.isInUse(entry.name) {
        sizes[entry.name.description] = state(entry).map { .init(state: $0, bytes: entry.bytes) }
      }
      // On a full disk nothing can be noted, and that is when somebody wants to make room.
      do { try catalog.note(sizes) } catch let error as FileError where error.errno == ENOSPC {}
    }
  }
}
