package import FileSystem
package import OCI
import Synchronization

/// The files that a build may copy from, walked when they are first needed.
package final class BuildContext: Sendable {
  /// The directory on disk.
  package let root: String
  private let rules: IgnoreRules
  private let modes: FileModes
  private let clock: any FileClock
  private let digests: ContentDigests
  private let wanted: Mutex<[TreePath]>
  private let walked = Mutex<ContextTree?>(nil)
  private let walks = Atomic(0)
  private let seen: Mutex<ContextLook?>

  /// - Parameters:
  ///   - roots: All that anybody will ask for.
  ///   - seen: A walk with the same rules that is as good as one made now.
  package init(
    root: String, rules: IgnoreRules, roots: [TreePath], modes: FileModes = .kept,
    clock: any FileClock, storage: any DigestStorage, seen: ContextLook? = nil
  ) {
    self.seen = Mutex(seen)
    self.root = root
    self.rules = rules
    wanted = Mutex(roots)
    self.modes = modes
    self.clock = clock
    digests = ContentDigests(root: root, storage: storage)
  }

  /// How often the context was walked; more than once when something changed meanwhile.
  package var walkCount: Int { walks.load(ordering: .relaxed) }

  /// What is walked.
  package var roots: [TreePath] { wanted.withLock { $0 } }

  /// Whether everything is walked.
  package var isWhole: Bool { roots.contains(.root) }

  /// Walks everything from here on: something leads out of what was asked for.
  package func widen() {
    wanted.withLock { $0 = [.root] }
    walkAgain()
  }

  package func tree() throws -> ContextTree {
    try walked.withLock { walked in
      if let walked { return walked }
      walks.add(1, ordering: .relaxed)
      let walker = ContextWalker(root: root, rules: rules, below: roots)
      let look = seen.withLock { $0.take() }.flatMap { walker.covers($0) ? $0 : nil }
      let tree = try look?.tree(modes) ?? walker.tree(clock: clock, modes: modes)
      walked = tree
      return tree
    }
  }

  /// Forgets the walk: something changed since.
  package func walkAgain() { walked.withLock { $0 = nil } }

  /// The digests of the regular files at `paths`, in their order.
  package func digests(of paths: [TreePath]) throws -> [Digest] {
    let tree = try tree()
    let entries: [ContextEntry] = try paths.map { path in
      let found: ContextEntry? = tree.entry(at: path)
      guard let found else { throw ContextError.changedWhileReading(path) }
      return found
    }
    return try digests.digests(of: entries, in: tree)
  }

  /// The same for entries of a walk.
  package func digests(of entries: [ContextEntry], in tree: ContextTree) throws -> [Digest] {
    try digests.digests(of: entries, in: tree)
  }

  /// The names in a directory, for those who look for what a person meant.
  package func names(in directory: TreePath) -> [String] {
    let entries = (try? Directory.entries(of: root + directory.description)) ?? []
    return entries.map { directory.appending(name: $0.name) }.filter { !rules.excludes($0) }
      .map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  /// Whether something is there, and left out.
  package func ignores(_ path: TreePath) -> Bool {
    rules.excludes(path) && FileTree.exists(root + path.description)
  }

  /// The number that stands for the walk, once it can be trusted.
  ///
  /// A file that changed in the moment of the walk may have changed again without a trace. Such
  /// files, and links, are read once more now that this moment is over: when they are what they were,
  /// their stat records speak for them from here on.
  ///
  /// - Parameter content: What a file contained that the build read; nil for any other.
  /// - Returns: nil when something has changed since the walk; the next command must look closely.
  package func settle(_ content: (TreePath) -> Digest?) throws -> StatFingerprint? {
    let tree = try tree()
    let unsure = tree.entries.filter { tree.isRacy($0.status) }
    let racy = unsure.compactMap { entry in
      entry.status.kind == .file ? content(entry.path).map { (entry, $0) } : nil
    }
    let links = unsure.filter { $0.status.kind == .symlink }
    for entry in racy.map(\.0) + links { try clock.waitUntil(after: entry.status) }
    guard links.allSatisfy(isStill) else { return nil }
    for (entry, content) in racy {
      guard let now = try? ContentDigests.digest(of: entry, root: root), now == content else {
        return nil
      }
      digests.remember(entry, content)
    }
    try digests.save()
    return tree.fingerprint
  }

  private func isStill(_ link: ContextEntry) -> Bool {
    let path = root + link.path.description
    return (try? FileStatus.of(path, followLink: false)) == link.status
      && (try? FileTree.linkTarget(of: path)) == link.link
  }
}
