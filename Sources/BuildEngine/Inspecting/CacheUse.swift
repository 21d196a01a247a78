package import OCI

/// What a package manager left in a directory.
package struct CacheUse: Sendable {
  package let cache: PackageCache
  package let directory: TreePath
  /// Positions among the items of the tree, each a file that can be seen.
  package let items: [Int]
}

extension LayeredTree {
  /// Those that take anything, in order of directory.
  package var packageCaches: [CacheUse] {
    var owner: [Int?] = Array(repeating: nil, count: nodes.count)
    var found: [Int: (cache: PackageCache, items: [Int])] = [:]
    for (number, node) in nodes.enumerated() {
      owner[number] = node.parent.flatMap { owner[$0] }
      if owner[number] == nil, let cache = PackageCache.of(node.path) {
        owner[number] = number
        found[number] = (cache, [])
      }
      guard let owner = owner[number], let item = node.item,
        items[item].entry.kind != .directory
      else { continue }
      found[owner]?.items.append(item)
    }
    return found.filter { $0.value.items.contains { items[$0].bytes > 0 } }.map { number, use in
      CacheUse(cache: use.cache, directory: nodes[number].path, items: use.items.sorted())
    }.sorted { $0.directory < $1.directory }
  }
}
