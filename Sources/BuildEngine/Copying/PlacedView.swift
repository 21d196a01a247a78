import OCI

/// A root file system with things placed over it.
struct PlacedView: TreeView {
  let root: RootTree
  private(set) var placed: [TreePath: LayerEntry] = [:]

  /// Placed directories that the root does not have: nothing of the root is in them.
  private var fresh: Set<TreePath> = []

  init(root: RootTree) { self.root = root }

  mutating func set(_ entry: LayerEntry) {
    if entry.kind == .directory, !fresh.contains(entry.path),
      fresh.contains(entry.path.parent) || root.entry(at: entry.path) == nil
    {
      fresh.insert(entry.path)
    }
    placed[entry.path] = entry
  }

  mutating func setContent(_ digest: Digest, at path: TreePath) {
    placed[path]?.content = digest
  }

  func entry(at path: TreePath) -> LayerEntry? {
    if let there = placed[path] { return there }
    return fresh.contains(path.parent) ? nil : root.entry(at: path)
  }

  func descendants(of path: TreePath) -> [LayerEntry] {
    var all = Dictionary(
      root.descendants(of: path).map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    for (key, entry) in placed where key.relative(to: path).map({ !$0.isRoot }) ?? false {
      all[key] = entry
    }
    return all.values.sorted { $0.path < $1.path }
  }

  func linkIdentity(of path: TreePath) -> LinkIdentity? { nil }
}
