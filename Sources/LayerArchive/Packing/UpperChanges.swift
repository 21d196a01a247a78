import FileSystem
import OCI

/// Which items of an upper directory differ from what is below it.
struct UpperChanges {
  /// In order of path: what the layer says, and the directories that lead there.
  private(set) var kept: [UpperItem] = []
  /// In order of path: what is no change.
  private(set) var removed: [UpperItem] = []

  init(
    of tree: borrowing UpperTree, over base: RootTree, mountPoints: Set<TreePath> = []
  ) throws {
    // Directories in which nothing of the layers below can be seen.
    var covered: Set<TreePath> = []
    var isChange: [Bool] = []
    var items: [UpperItem] = []
    for var item in tree.items {
      let path = item.entry.path
      let isCovered = !path.isRoot && covered.contains(path.parent)
      let below = isCovered ? nil : base.entry(at: path)
      if item.entry.kind == .directory {
        // The overlay marks every new directory; it means something only where one was.
        if below?.kind != .directory { item.entry.isOpaque = false }
        if below?.kind != .directory || item.entry.isOpaque { covered.insert(path) }
      }
      let isMountPoint = mountPoints.contains(path) && Self.isEmpty(item.entry)
      isChange.append(try !isMountPoint && Self.isChange(item, from: below, in: tree))
      items.append(item)
    }
    sort(items, isChange)
  }

  /// A directory is kept for what is in it: everything in it comes after it.
  private mutating func sort(_ items: [UpperItem], _ isChange: [Bool]) {
    var needed: Set<TreePath> = []
    for (item, isChange) in zip(items, isChange).reversed() {
      let path = item.entry.path
      if isChange || needed.contains(path) {
        if !path.isRoot { needed.insert(path.parent) }
        kept.append(item)
      } else if !path.isRoot {
        removed.append(item)
      }
    }
    kept.reverse()
    removed.reverse()
  }

  /// A directory that has anything in it is kept for that.
  private static func isEmpty(_ entry: LayerEntry) -> Bool {
    entry.kind == .directory || (entry.kind == .file && entry.size == 0)
  }

  private static func isChange(
    _ item: UpperItem, from below: LayerEntry?, in tree: borrowing UpperTree
  ) throws -> Bool {
    let entry = item.entry
    guard let below else { return entry.kind != .whiteout }
    if entry.kind == .whiteout || entry.isOpaque { return true }
    // A file with several names was made by this step: copying up gives each name its own.
    if entry.kind == .file, item.status.linkCount > 1 { return true }
    let isSameKind =
      entry.kind == below.kind || (entry.kind == .file && below.kind == .hardLink)
    guard isSameKind, entry.uid == below.uid, entry.gid == below.gid,
      entry.kind == .symlink || entry.permissions == below.permissions,
      entry.attributes == below.attributes
    else { return true }
    switch entry.kind {
    case .file:
      guard entry.size == below.size, let content = below.content else { return true }
      return try tree.digest(of: entry.path) != content
    case .symlink: return entry.link != below.link
    case .characterDevice, .blockDevice:
      return entry.deviceMajor != below.deviceMajor || entry.deviceMinor != below.deviceMinor
    case .directory, .fifo, .hardLink, .whiteout: return false
    }
  }
}
