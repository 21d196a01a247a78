import FileSystem
import Glibc
import OCI

/// What the entries of an archive come to when they are applied one after the other.
///
/// A later entry replaces an earlier one at its path, and a whiteout speaks only of the layers
/// below, wherever in the archive it stands. Knows nothing of bytes or disks.
struct ArchiveContents {
  struct Node {
    var entry: LayerEntry
    var modified: FileTime
    /// The same for all names of one file.
    var file: Int
    /// A directory that has no entry of its own but must be there.
    var isImplied = false
    /// Counts up with each change.
    var sequence: Int
  }

  /// What was at a path that gets a new entry.
  enum Replaced {
    case nothing
    /// A directory that stays, with what is in it.
    case directory
    case something
  }

  private var nodes: [TreePath: Node] = [:]
  /// Directories that were replaced, and when: what was in them before is gone.
  private var cleared: [TreePath: Int] = [:]
  private var sequence = 0
  private var lastParent: TreePath?
  private(set) var hasLinks = false

  init() {
    let root = LayerEntry(path: .root, kind: .directory, permissions: 0o755)
    insert(root, modified: LayerWriter.epoch * 1_000_000_000)
    nodes[.root]?.isImplied = true
  }

  /// What is at `path` now.
  func node(at path: TreePath) -> Node? {
    guard let node = nodes[path], isAlive(node) else { return nil }
    return node
  }

  private func isAlive(_ node: Node) -> Bool {
    cleared.isEmpty
      || node.entry.path.ancestors.allSatisfy { cleared[$0].map { $0 < node.sequence } ?? true }
  }

  /// Everything that is there, in order of path.
  var sorted: [Node] {
    nodes.values.filter(isAlive).sorted { $0.entry.path < $1.entry.path }
  }

  /// Sees to it that the directories on the way to `path` exist.
  /// - Returns: Those that were not there, from the top down.
  /// - Throws: ``ArchiveError/parentIsNoDirectory(_:parent:)``
  mutating func prepareParents(of path: TreePath) throws -> [TreePath] {
    let parent = path.parent
    if path.isRoot || parent == lastParent { return [] }
    var missing: [LayerEntry] = []
    var ancestor = parent
    // The root is always there.
    while let old = try missingDirectory(ancestor, for: path) {
      missing.append(old)
      ancestor = ancestor.parent
    }
    missing.reverse()
    for directory in missing {
      insert(directory, modified: LayerWriter.epoch * 1_000_000_000)
      nodes[directory.path]?.isImplied = !directory.isOpaque
    }
    lastParent = parent
    return missing.map(\.path)
  }

  /// - Returns: The directory to be made at `path`; nil when there is one.
  private func missingDirectory(_ path: TreePath, for child: TreePath) throws -> LayerEntry? {
    var directory = LayerEntry(path: path, kind: .directory, permissions: 0o755)
    switch node(at: path)?.entry.kind {
    case .directory: return nil
    case nil: return directory
    case .whiteout:
      directory.isOpaque = true
      return directory
    default: throw ArchiveError.parentIsNoDirectory(child, parent: path)
    }
  }

  /// Makes room for an entry of this kind; must come before `insert`.
  mutating func replace(_ path: TreePath, with kind: LayerEntry.Kind) throws -> Replaced {
    guard let old = node(at: path)?.entry.kind, old != .whiteout else { return .nothing }
    if kind == .directory, old == .directory { return .directory }
    guard !path.isRoot else {
      throw ArchiveError.invalidEntry(path, reason: "the root must be a directory")
    }
    if old == .directory {
      sequence += 1
      cleared[path] = sequence
    }
    lastParent = nil
    nodes[path] = nil
    return .something
  }

  /// Puts an entry in its place.
  /// - Parameter file: What a hard link shares with its target.
  /// - Returns: What hard links to the entry will share.
  @discardableResult
  mutating func insert(_ entry: LayerEntry, modified: FileTime, file: Int? = nil) -> Int {
    var entry = entry
    if entry.kind == .directory, let old = node(at: entry.path)?.entry {
      // A new directory in the place of something removed hides what that had in it.
      entry.isOpaque = entry.isOpaque || old.isOpaque || old.kind == .whiteout
    }
    if file != nil { hasLinks = true }
    sequence += 1
    nodes[entry.path] = Node(
      entry: entry, modified: modified, file: file ?? sequence, sequence: sequence)
    return file ?? sequence
  }

  mutating func insertWhiteout(_ path: TreePath) {
    switch node(at: path)?.entry.kind {
    case nil: insert(.whiteout(path), modified: 0)
    case .directory: markOpaque(path)
    default: break
    }
  }

  /// - Parameter path: A directory that is there.
  mutating func markOpaque(_ path: TreePath) {
    nodes[path]?.entry.isOpaque = true
  }
}
