import OCI

/// A root file system with things placed over it.
struct PlacedView: TreeView {
  let root: RootTree
  private(set) var placed: [TreePath: LayerEntry] = [:]

  /// Placed paths in which nothing of the root can be seen: the root has no directory there, or it
  /// was replaced.
  private var covered: Set<TreePath> = []

  init(root: RootTree) { self.root = root }

  mutating func set(_ source: LayerEntry) {
    var entry = source
    if entry.kind == .directory {
      // Only an opaque directory keeps covering what the root has in its own.
      entry.isOpaque =
        covered.contains(entry.path) && root.entry(at: entry.path)?.kind == .directory
      if isCovered(entry.path) || root.entry(at: entry.path) == nil { covered.insert(entry.path) }
    } else {
      if self.entry(at: entry.path)?.kind == .directory {
        placed = placed.filter { $0.key == entry.path || $0.key.relative(to: entry.path) == nil }
      }
      covered.insert(entry.path)
    }
    placed[entry.path] = entry
  }

  /// Whether the root's `path` is inside something that covers it.
  private func isCovered(_ path: TreePath) -> Bool {
    !covered.isEmpty && path.ancestors.contains { covered.contains($0) }
  }

  mutating func setContent(_ digest: Digest, at path: TreePath) {
    placed[path]?.content = digest
  }

  func entry(at path: TreePath) -> LayerEntry? {
    if let there = placed[path] { return there }
    return isCovered(path) ? nil : root.entry(at: path)
  }

  func descendants(of path: TreePath) -> [LayerEntry] {
    let seen = root.descendants(of: path).filter { !isCovered($0.path) }
    var all = Dictionary(seen.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    for (key, entry) in placed where key.relative(to: path).map({ !$0.isRoot }) ?? false {
      all[key] = entry
    }
    return all.values.sorted { $0.path < $1.path }
  }

  func linkIdentity(of path: TreePath) -> LinkIdentity? { nil }
}
