import OCI

/// Works out what a COPY or ADD leaves in the root file system, from indexes alone.
///
/// The semantics are the reference engine's: a directory gives its contents, a file goes into a
/// directory that is there, parents that are missing are made with mode 0755 or that of `--chmod`.
struct CopyPlacement {
  /// Where the bytes of a placed file come from.
  enum Origin: Hashable {
    case source(TreePath)
    case inline(Int)
    case archive(Int, entry: Int)
    /// A file that is in the store.
    case blob(Digest)
  }

  /// The root file system, with what has been placed so far over it.
  private(set) var view: PlacedView
  private(set) var origins: [TreePath: Origin] = [:]
  private(set) var places: [CopyPlace] = []
  /// Of placed files that have, or had, other names.
  private var identities: [TreePath: LinkIdentity] = [:]
  private let owner: Owner?
  private let permissions: UInt16?
  /// A directory that is there, with those above it.
  private var ready: TreePath?

  init(on root: RootTree, owner: Owner?, permissions: UInt16?) {
    view = PlacedView(root: root)
    self.owner = owner
    self.permissions = permissions
  }

  /// Places what is at `path` of `source`.
  ///
  /// - Parameters:
  ///   - name: The source's name, which a file gets when it goes into a directory.
  ///   - destination: Absolute; a slash at its end means a directory.
  ///   - included: Whether a path below the source takes part.
  mutating func place(
    _ path: TreePath, named name: [UInt8], from source: some TreeView, at destination: String,
    included: (TreePath) -> Bool = { _ in true }
  ) throws {
    guard let entry = source.entry(at: path) else { return }
    let target = try prepare(destination)
    if entry.kind == .directory {
      try makeDirectories(target, permissions: permissions ?? 0o755)
      places.append(CopyPlace(source: path, destination: target))
      for inner in source.descendants(of: path) {
        guard let relative = inner.path.relative(to: path), included(relative) else { continue }
        try put(
          inner, at: target.appending(relative), identity: source.linkIdentity(of: inner.path))
      }
    } else {
      let final = try fileTarget(target, name: name)
      places.append(CopyPlace(source: path, destination: final))
      try put(entry, at: final, identity: source.linkIdentity(of: path))
    }
  }

  /// Places a file whose content stands in the Dockerfile.
  mutating func placeInline(_ index: Int, name: String, content: [UInt8], at destination: String)
    throws
  {
    var entry = LayerEntry(path: .root, kind: .file, permissions: 0o644)
    entry.size = Int64(content.count)
    entry.content = SHA256.digest(of: content)
    try placeFile(entry, from: .inline(index), named: name, at: destination)
  }

  /// Places a file that was fetched.
  mutating func placeDownload(
    _ content: Digest, size: Int64, named name: String, at destination: String
  ) throws {
    var entry = LayerEntry(path: .root, kind: .file, permissions: 0o600)
    entry.size = size
    entry.content = content
    try placeFile(entry, from: .blob(content), named: name, at: destination)
  }

  private mutating func placeFile(
    _ file: LayerEntry, from origin: Origin, named name: String, at destination: String
  ) throws {
    // In two steps: what asks must see the directory that has just been made.
    let place = try prepare(destination)
    let target = try fileTarget(place, name: Array(name.utf8))
    try put(file, at: target, origin: origin, identity: nil)
  }

  /// Places the files of a repository, as those of a directory are.
  mutating func placeTree(
    _ index: Int, entries: [LayerEntry], at destination: String, included: (TreePath) -> Bool
  ) throws {
    let target = try prepare(destination)
    try makeDirectories(target, permissions: permissions ?? 0o755)
    for (position, entry) in entries.enumerated() where included(entry.path) {
      try put(
        entry, at: target.appending(entry.path), origin: .archive(index, entry: position),
        identity: nil)
    }
  }

  /// Places what an archive holds in the directory `destination`.
  mutating func placeArchive(_ index: Int, entries: [LayerEntry], at destination: String) throws {
    let target = try view.resolve(TreePath(destination)).path
    try makeDirectories(target)
    let positions = Dictionary(
      entries.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { $1 })
    // The directory itself stays as it is, whatever the archive says of its root.
    for (position, inner) in entries.enumerated() where !inner.path.isRoot {
      var entry = inner
      entry.path = target.appending(inner.path)
      if let owner { (entry.uid, entry.gid) = (owner.uid, owner.gid) }
      try makeDirectories(entry.path.parent)
      let first = inner.kind == .hardLink ? TreePath(inner.link) : inner.path
      set(
        entry, origin: .archive(index, entry: positions[first] ?? position),
        identity: LinkIdentity(Array("archive \(index) ".utf8) + first.bytes))
    }
  }

  /// Makes a directory where there is none, with those above it.
  mutating func placeDirectory(_ path: TreePath) throws {
    try makeDirectories(view.resolve(path).path)
  }

  /// Makes the directories that the destination needs whatever comes, and follows links on the way.
  private mutating func prepare(_ destination: String) throws -> TreePath {
    let path = TreePath(destination)
    let isDirectory = destination.hasSuffix("/") || destination.hasSuffix("/.")
    let needed = try view.resolve(isDirectory ? path : path.parent).path
    try makeDirectories(needed, permissions: permissions ?? 0o755)
    return isDirectory ? needed : try view.resolve(needed.appending(name: path.name)).path
  }

  private func fileTarget(_ target: TreePath, name: [UInt8]) throws -> TreePath {
    view.entry(at: target)?.kind == .directory ? target.appending(name: name) : target
  }

  private mutating func makeDirectories(
    _ path: TreePath, permissions: UInt16 = 0o755
  ) throws {
    for directory in path.ancestors + [path] where !directory.isRoot {
      switch view.entry(at: directory)?.kind {
      case .directory: continue
      case nil:
        view.set(
          LayerEntry(
            path: directory, kind: .directory, permissions: permissions,
            uid: owner?.uid ?? 0, gid: owner?.gid ?? 0))
      default: throw BuildError.notADirectory(directory)
      }
    }
  }

  private mutating func put(
    _ source: LayerEntry, at path: TreePath, origin: Origin? = nil, identity: LinkIdentity?
  ) throws {
    var entry = source
    entry.path = path
    entry.isOpaque = false
    if let owner { (entry.uid, entry.gid) = (owner.uid, owner.gid) }
    if let permissions, entry.kind != .symlink { entry.permissions = permissions }
    let there = view.placedOrSeen(path)?.kind
    if entry.kind == .directory {
      guard there == nil || there == .directory else { throw BuildError.notADirectory(path) }
    } else if there == .directory {
      throw BuildError.cannotReplaceDirectory(path)
    }
    let parent = path.parent
    if parent != ready { try makeDirectories(parent) }
    set(entry, origin: origin ?? .source(source.path), identity: identity)
    ready = parent
  }

  /// Takes in an entry, in a directory that is there; of what was at its path before nothing stays.
  private mutating func set(_ source: LayerEntry, origin: Origin, identity: LinkIdentity?) {
    var entry = source
    ready = nil
    let isFile = entry.kind == .file || entry.kind == .hardLink
    if isFile { (entry.kind, entry.link) = (.file, []) }
    origins[entry.path] = isFile ? origin : nil
    identities[entry.path] = isFile ? identity : nil
    view.set(entry)
  }

  /// Gives files the digests of their contents, which take reading.
  mutating func setContent(_ digest: Digest, at path: TreePath) {
    view.setContent(digest, at: path)
  }

  /// All that the layer holds, in order of path, each directory on the way among it.
  ///
  /// Names of one file stay names of one file when they were copied together and none was replaced
  /// since: the first is the file, the others are links to it.
  var entries: [LayerEntry] {
    var all = view.placed
    for directory in Set(view.placed.keys.map(\.parent)) {
      for parent in directory.ancestors + [directory]
      where all[parent] == nil && !parent.isRoot {
        all[parent] = view.entry(at: parent)
      }
    }
    var firsts: [LinkIdentity: TreePath] = [:]
    return all.values.sorted { $0.path < $1.path }.map { entry in
      guard let identity = identities[entry.path] else { return entry }
      guard let first = firsts[identity] else {
        firsts[identity] = entry.path
        return entry
      }
      var link = entry
      (link.kind, link.link) = (.hardLink, first.bytes)
      return link
    }
  }
}

/// Who owns what is copied.
struct Owner: Hashable {
  let uid: UInt32
  let gid: UInt32
}
