import Dispatch
import FileSystem
import OCI
import Synchronization

/// What a walk has seen, before anything is made of it.
package struct ContextLook: Sendable {
  let root: String
  /// The paths that were walked.
  let roots: [TreePath]
  let racySince: FileTime
  let listings: [ContextWalker.Found]

  /// The stat records of everything as one number.
  package var fingerprint: StatFingerprint {
    var fingerprint = StatFingerprint()
    for listing in listings {
      for item in listing.items { fingerprint.add(path: item.hash, item.status) }
    }
    return fingerprint
  }

  /// All of it in order of path.
  func tree(_ modes: FileModes = .kept) throws -> ContextTree {
    let parts = min(4, listings.count)
    let collected = Mutex<Result<Collection, any Error>>(.success(Collection()))
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let found = Result { () throws -> Collection in
        var collection = Collection()
        for index in stride(from: part, to: listings.count, by: parts) {
          try collection.add(listings[index], root: root)
        }
        return collection
      }
      collected.withLock { all in
        all = all.flatMap { all in found.map { all.adding($0) } }
      }
    }
    let collection = try collected.withLock { $0 }.get()
    return ContextTree(
      root: root, entries: collection.entries, racySince: racySince, fingerprint: fingerprint,
      modes: modes)
  }

  private struct Collection: Sendable {
    /// Of each directory, in order of path.
    private var listings: [[ContextEntry]] = []
    /// Directories that are excluded themselves, and in which something may not be.
    private var passages: [TreePath: ContextEntry] = [:]

    mutating func add(_ found: ContextWalker.Found, root: String) throws {
      var entries: [ContextEntry] = []
      entries.reserveCapacity(found.items.count)
      for index in Self.order(of: found.items.map(\.name)) {
        let item = found.items[index]
        let path = TreePath(trusted: found.directory.path(of: item.name))
        let link =
          item.status.kind == .symlink ? try FileTree.linkTarget(of: root + path.description) : []
        let entry = ContextEntry(path: path, status: item.status, link: link)
        if item.isExcluded { passages[path] = entry } else { entries.append(entry) }
      }
      listings.append(entries)
    }

    /// The positions of names in their order. Numbers are compared and moved, and names hardly ever.
    private static func order(of names: [[UInt8]]) -> [Int] {
      let keys = names.enumerated().map { index, name in
        var start: UInt64 = 0
        for byte in name.prefix(8) { start = start << 8 | UInt64(byte) }
        return (start: start << UInt64(8 * max(0, 8 - name.count)), index: index)
      }
      return keys.sorted { left, right in
        left.start != right.start
          ? left.start < right.start : names[left.index].precedes(names[right.index])
      }.map(\.index)
    }

    func adding(_ other: Collection) -> Collection {
      var all = self
      all.listings += other.listings
      all.passages.merge(other.passages) { $1 }
      return all
    }

    /// An excluded directory belongs to the context when something in it does.
    var entries: [ContextEntry] {
      var entries = SortedListings(listings).entries
      if !passages.isEmpty {
        let ways = Set(entries.flatMap(\.path.ancestors))
        entries += ways.compactMap { passages[$0] }
        entries.sort { $0.path < $1.path }
      }
      return entries
    }
  }
}
