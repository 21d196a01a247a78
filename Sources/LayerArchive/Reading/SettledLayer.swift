import FileSystem
import Glibc
import OCI

/// A layer's contents on top of the layers below it, complete and without contradictions.
struct SettledLayer {
  struct Directory {
    let entry: LayerEntry
    let modified: FileTime
  }

  /// What the layer says, in order of path.
  private(set) var entries: [LayerEntry] = []
  /// All directories, in order of path; those that the layer does not mention with the attributes
  /// that they have below it.
  private(set) var directories: [Directory] = []
  /// What must be hidden from the layers below.
  private(set) var whiteouts: [TreePath] = []

  init(_ contents: ArchiveContents, over base: RootTree) {
    let nodes = contents.sorted
    let opaque = Set(nodes.lazy.filter { $0.entry.isOpaque }.map(\.entry.path))
    var firstNames: [Int: TreePath] = [:]
    for node in nodes {
      var entry = node.entry
      let isCovered = !opaque.isEmpty && entry.path.ancestors.contains { opaque.contains($0) }
      switch entry.kind {
      case .directory:
        let isSeen = node.isImplied && !isCovered
        add(node, seen: isSeen ? base.entry(at: entry.path) : nil)
        continue
      case .whiteout:
        if isCovered { continue }
        // One that hides nothing would be visible in a directory that only this layer has.
        if base.entry(at: entry.path) != nil { whiteouts.append(entry.path) }
      case .file where contents.hasLinks:
        if let first = firstNames[node.file] {
          entry.kind = .hardLink
          entry.link = first.bytes
        } else {
          firstNames[node.file] = entry.path
        }
      default: break
      }
      entries.append(entry)
    }
    if opaque.contains(.root) { coverRoot(of: base, with: contents) }
  }

  /// - Parameter below: What the layers below have at an implied directory's path.
  private mutating func add(_ node: ArchiveContents.Node, seen below: LayerEntry?) {
    var entry = node.entry
    if node.isImplied, let below, below.kind == .directory {
      let isOpaque = entry.isOpaque
      entry = below
      entry.isOpaque = isOpaque
    }
    directories.append(Directory(entry: entry, modified: node.modified))
    // A directory without an entry still takes the place of a file or link that was there.
    let replaces = below.map { $0.kind != .directory } ?? false
    if !node.isImplied || entry.isOpaque || replaces { entries.append(entry) }
  }

  /// Overlayfs has no opaque root: everything that lies in it is hidden by itself.
  private mutating func coverRoot(of base: RootTree, with contents: ArchiveContents) {
    for below in base.descendants(of: .root) where below.path.parent.isRoot {
      if contents.node(at: below.path) == nil {
        whiteouts.append(below.path)
        entries.append(.whiteout(below.path))
      }
    }
    let hidden = { (entry: LayerEntry) in
      entry.kind == .directory && entry.path.parent.isRoot && !entry.path.isRoot
    }
    for index in entries.indices {
      if entries[index].path.isRoot { entries[index].isOpaque = false }
      if hidden(entries[index]) { entries[index].isOpaque = true }
    }
    directories = directories.map { directory in
      var entry = directory.entry
      entry.isOpaque = hidden(entry) || (entry.isOpaque && !entry.path.isRoot)
      return Directory(entry: entry, modified: directory.modified)
    }
    for directory in directories where hidden(directory.entry) {
      if !entries.contains(where: { $0.path == directory.entry.path }) {
        entries.append(directory.entry)
      }
    }
    entries.sort { $0.path < $1.path }
  }
}
