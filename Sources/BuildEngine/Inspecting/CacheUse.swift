package import OCI

/// What a package manager left in a directory.
package struct CacheUse: Sendable {
  package let cache: PackageCache
  package let directory: TreePath
  /// Positions among the items of the tree, each a file that can be seen and takes something.
  package let items: [Int]
}

extension LayeredTree {
  /// All that can be seen, in order of directory.
  package var packageCaches: [CacheUse] {
    var owner: [Int?] = Array(repeating: nil, count: nodes.count)
    var found: [Int: (cache: PackageCache, items: [Int])] = [:]
    for (number, node) in nodes.enumerated() {
      owner[number] = node.parent.flatMap { owner[$0] }
      if owner[number] == nil, let cache = PackageCache.of(node.path) {
        owner[number] = number
        found[number] = (cache, [])
      }
      guard let owner = owner[number], let item = node.item, items[item].bytes > 0 else {
        continue
      }
      found[owner]?.items.append(item)
    }
    return found.filter { !$0.value.items.isEmpty }.map { number, use in
      CacheUse(cache: use.cache, directory: nodes[number].path, items: use.items.sorted())
    }.sorted { $0.directory < $1.directory }
  }
}
