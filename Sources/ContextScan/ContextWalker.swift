import Dispatch
package import FileSystem
package import OCI
import Synchronization

/// Walks a context: every directory that its ignore rules do not prune, by several threads.
///
/// The rules say what is left out; the walk decides nothing else. Links are never followed.
package struct ContextWalker: Sendable {
  private let root: String
  private let rules: IgnoreRules
  private let roots: [TreePath]

  /// - Parameter roots: What is looked at; nothing is in another. Where a link is on the way to one,
  ///   everything is looked at.
  package init(root: String, rules: IgnoreRules, below roots: [TreePath] = [.root]) {
    self.root = root
    self.rules = rules
    let hasLink = roots.contains { path in
      (path.ancestors + [path]).contains { part in
        !part.isRoot
          && (try? FileStatus.of(root + part.description, followLink: false))??.kind == .symlink
      }
    }
    let distinct = roots.filter { root in
      !roots.contains { $0 != root && root.relative(to: $0) != nil }
    }
    self.roots = hasLink ? [.root] : distinct
  }

  /// The stat records of everything in the context as one number: all that a no-op needs.
  package func fingerprint() throws -> StatFingerprint {
    let total = Mutex(StatFingerprint())
    try walk { found in
      var part = StatFingerprint()
      for item in found.items { part.add(path: item.hash, item.status) }
      total.withLock { $0.add(part) }
    }
    return total.withLock { $0 }
  }

  /// Whether a look has seen what this walk would see.
  func covers(_ look: ContextLook) -> Bool { look.root == root && look.roots == roots }

  /// The same, and everything that was seen, for those who may have to look more closely.
  package func look(clock: some FileClock) throws -> ContextLook {
    let racySince = clock.now() - clock.granularity
    let listings = Mutex<[Found]>([])
    try walk { found in listings.withLock { $0.append(found) } }
    return ContextLook(
      root: root, roots: roots, racySince: racySince, listings: listings.withLock { $0 })
  }

  /// Everything in the context.
  package func tree(
    clock: some FileClock, modes: FileModes = .kept
  ) throws -> ContextTree {
    try look(clock: clock).tree(modes)
  }

  // MARK: The walk

  /// A directory that is yet to be read.
  struct Pending: Sendable {
    /// Relative to the root; empty for the root itself.
    let path: [UInt8]
    let hash: PathHash
    let state: IgnoreRules.State

    func path(of name: [UInt8]) -> [UInt8] {
      path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
    }
  }

  struct Item: Sendable {
    let name: [UInt8]
    let hash: PathHash
    let status: FileStatus
    /// Left out, and looked at only because something in it is not.
    let isExcluded: Bool
  }

  /// What is in a directory, without what is left out.
  struct Found: Sendable {
    let directory: Pending
    let items: [Item]
  }

  private struct Frontier: Sendable {
    var pending: [Pending]
    var active = 0
    var failure: (any Error)?
  }

  private func walk(_ visit: @Sendable (Found) throws -> Void) throws {
    let frontier = Mutex(Frontier(pending: try start(visit)))
    // One thread sees small contexts to their end before a second one has started.
    try drain(frontier, budget: 64, visit)
    if !frontier.withLock({ $0.pending.isEmpty }) {
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        do { try drain(frontier, budget: .max, visit) } catch {
          frontier.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    if let failure = frontier.withLock({ $0.failure }) { throw failure }
  }

  /// Visits the roots themselves.
  /// - Returns: Those that are directories.
  private func start(_ visit: (Found) throws -> Void) throws -> [Pending] {
    var pending: [Pending] = []
    for path in roots {
      let hash = path.components.reduce(PathHash([])) { $0.appending(name: $1) }
      let state = rules.state(of: path)
      if path.isRoot {
        pending.append(Pending(path: [], hash: hash, state: state))
        continue
      }
      let isPruned = state.isExcluded && rules.canPrune(path.bytes.span, state)
      guard let status = try FileStatus.of(root + path.description, followLink: false),
        !state.isExcluded || (status.kind == .directory && !isPruned)
      else { continue }
      let parent = Pending(path: path.parent.bytes, hash: hash, state: state)
      let item = Item(name: path.name, hash: hash, status: status, isExcluded: state.isExcluded)
      try visit(Found(directory: parent, items: [item]))
      if status.kind == .directory {
        pending.append(Pending(path: path.bytes, hash: hash, state: state))
      }
    }
    return pending
  }

  /// Reads pending directories until there are none, or `budget` of them have been read.
  private func drain(
    _ frontier: borrowing Mutex<Frontier>, budget: Int, _ visit: (Found) throws -> Void
  ) throws {
    var left = budget
    while left > 0 {
      let next = frontier.withLock { frontier -> Pending? in
        guard frontier.failure == nil else { return nil }
        return frontier.pending.popLast()
      }
      guard let next else { return }
      let (found, directories) = try read(next)
      try visit(found)
      frontier.withLock { $0.pending += directories }
      left -= 1
    }
  }

  private func read(_ pending: Pending) throws -> (Found, [Pending]) {
    let path =
      pending.path.isEmpty
      ? root : root + "/" + String(decoding: pending.path, as: UTF8.self)
    let directory = try Directory.open(path)
    var items: [Item] = []
    var directories: [Pending] = []
    for entry in try directory.entries() {
      guard String(validating: entry.name, as: UTF8.self) != nil else {
        throw ContextError.unreadableName(directory: path)
      }
      let whole = pending.path(of: entry.name)
      let state = rules.state(of: whole.span, in: pending.state)
      let isPruned =
        state.isExcluded && (entry.kind != .directory || rules.canPrune(whole.span, state))
      if isPruned && entry.kind != nil { continue }
      guard let status = try directory.status(of: entry.name) else { continue }
      if state.isExcluded, status.kind != .directory || rules.canPrune(whole.span, state) {
        continue
      }
      let hash = pending.hash.appending(name: entry.name)
      items.append(
        Item(name: entry.name, hash: hash, status: status, isExcluded: state.isExcluded))
      if status.kind == .directory {
        directories.append(Pending(path: whole, hash: hash, state: state))
      }
    }
    return (Found(directory: pending, items: items), directories)
  }
}
