import OCI

/// A root file system with things placed over it.
struct PlacedView: TreeView {
  let root: RootTree
  private(set) var placed: [TreePath: LayerEntry] = [:]

  /// Placed paths in which nothing of the root can be seen: the root has no directory there, or it
  /// was replaced.
  private var covered: Set<TreePath> = []

  /// The directory that was last placed in, and whether the root shows nothing in it: most files come
  /// one after the other into directories that are new.
  private var last: (directory: TreePath, isBare: Bool)?

  init(root: RootTree) { self.root = root }

  mutating func set(_ source: LayerEntry) {
    var entry = source
    if entry.kind == .directory {
      last = nil
      // Only an opaque directory keeps covering what the root has in its own.
      entry.isOpaque =
        covered.contains(entry.path) && root.entry(at: entry.path)?.kind == .directory
      if isCovered(entry.path) || root.entry(at: entry.path) == nil { covered.insert(entry.path) }
    } else {
      if placedOrSeen(entry.path)?.kind == .directory {
        last = nil
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

  /// As ``entry(at:)``, and fast for one path of a directory after the other.
  mutating func placedOrSeen(_ path: TreePath) -> LayerEntry? {
    if let there = placed[path] { return there }
    let directory = path.parent
    if last?.directory != directory {
      last = (directory, isCovered(path) || root.isBare(directory))
    }
    return last?.isBare == true ? nil : root.entry(at: path)
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
