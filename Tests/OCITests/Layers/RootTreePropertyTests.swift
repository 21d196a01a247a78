import OCI
import TestSupport
import Testing

/// The indexes answer what unpacking one layer after the other would show.
struct RootTreePropertyTests {
  /// What is on a disk on which layers are unpacked, the plain way.
  private struct Disk {
    struct File: Equatable {
      var entry: LayerEntry
      let layer: Int?
      let inode: Int
    }
    private(set) var files: [TreePath: File] = [:]
    private var inodes = 0

    mutating func apply(_ entries: [LayerEntry], layer: Int) {
      for entry in entries where entry.kind == .whiteout || entry.isOpaque { clear(entry) }
      for entry in entries where entry.kind != .whiteout { add(entry, layer) }
    }

    private mutating func clear(_ entry: LayerEntry) {
      files = files.filter { path, _ in
        guard let inside = path.relative(to: entry.path) else { return true }
        return inside.isRoot && entry.isOpaque
      }
    }

    private mutating func add(_ entry: LayerEntry, _ layer: Int) {
      for parent in entry.path.ancestors.dropFirst() where files[parent]?.entry.kind != .directory {
        put(LayerEntry(path: parent, kind: .directory, permissions: 0o755), nil)
      }
      put(entry, layer)
    }

    private mutating func put(_ entry: LayerEntry, _ layer: Int?) {
      if entry.kind != .directory { clear(.whiteout(entry.path)) }
      inodes += 1
      let linked = entry.kind == .hardLink ? files[TreePath(entry.link)]?.inode : nil
      var entry = entry
      // A directory on a disk hides nothing.
      entry.isOpaque = false
      files[entry.path] = File(entry: entry, layer: layer, inode: linked ?? inodes)
    }

    func inside(_ path: TreePath) -> [LayerEntry] {
      files.filter { $0.key != path && $0.key.relative(to: path) != nil }.map(\.value.entry)
        .sorted { $0.path < $1.path }
    }
  }

  private static let universe: [TreePath] = {
    let names = ["a", "b", "a-"]
    let pairs = names.flatMap { a in names.map { a + "/" + $0 } }
    return (names + pairs + pairs.flatMap { a in names.map { a + "/" + $0 } }).map { TreePath($0) }
  }()

  /// A layer without contradictions: one entry a path, nothing inside what is no directory.
  private static func layer(_ chance: inout SeededGenerator) -> [LayerEntry] {
    var made: [LayerEntry] = []
    for path in universe.sorted() where Int.random(in: 0..<6, using: &chance) == 0 {
      let isBlocked = made.contains {
        $0.kind != .directory && path.relative(to: $0.path) != nil
      }
      if isBlocked { continue }
      var entry = LayerEntry(path: path, kind: .file, permissions: 0o700)
      switch Int.random(in: 0..<6, using: &chance) {
      case 0, 1: entry.kind = .directory
      case 2: (entry.kind, entry.isOpaque) = (.directory, true)
      case 3: entry = .whiteout(path)
      case 4:
        let files = made.filter { $0.kind == .file }
        if let first = files.randomElement(using: &chance) {
          (entry.kind, entry.link) = (.hardLink, first.path.bytes)
        }
      default: entry.uid = .random(in: 0...9, using: &chance)
      }
      made.append(entry)
    }
    return made
  }

  @Test(arguments: 1...150 as ClosedRange<UInt64>)
  func answersAsADiskWould(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let stack = (0..<Int.random(in: 1...5, using: &chance)).map { _ in Self.layer(&chance) }
    var disk = Disk()
    for (number, layer) in stack.enumerated() { disk.apply(layer, layer: number) }
    let tree = RootTree(stack: stack)
    #expect(tree.descendants(of: .root) == disk.inside(.root))
    var names: [LinkIdentity: Set<Int>] = [:]
    for path in Self.universe {
      let file = disk.files[path]
      #expect(tree.entry(at: path) == file?.entry, "at \(path)")
      #expect(tree.descendants(of: path) == disk.inside(path), "in \(path)")
      if let file, file.layer != nil { #expect(tree.owner(of: path) == file.layer, "of \(path)") }
      guard let identity = tree.linkIdentity(of: path), let file else { continue }
      names[identity, default: []].insert(file.inode)
    }
    #expect(names.values.allSatisfy { $0.count == 1 })
  }
}
