import BuildPlan
import ContextScan
import Diagnostics
import FileSystem
import Glibc
import LayerArchive
import OCI
import Storage

/// COPY and ADD: from the context or from another root file system, straight into a layer.
extension StepExecutor {
  func executeCopy(
    _ copy: CopyOperation, _ step: Step, on root: RootState, finished: (Step.ID) -> RootState
  ) throws -> Result {
    switch copy.source {
    case .root(let id): return try copyFromRoot(copy, finished(id), step, on: root)
    case .context: return try copyFromContext(copy, step, on: root)
    }
  }

  /// Two chains of layers say everything of what a COPY between them does: when they are known, the
  /// files need not be looked at.
  private func copyFromRoot(
    _ copy: CopyOperation, _ source: RootState, _ step: Step, on root: RootState
  ) throws -> Result {
    var hasher = StepKeyHasher()
    var listing = StepKeyListing()
    describe(copy, source, root, to: &hasher)
    describe(copy, source, root, to: &listing)
    return try reuse(hasher.finalize(), listing, step) {
      let files = CopySource.root(
        try services.reader.tree(of: source), source, services.snapshots)
      let job = CopyJob(executor: self, copy: copy, step: step, root: root, source: files)
      return try job.run()
    }
  }

  private func describe(
    _ copy: CopyOperation, _ source: RootState, _ root: RootState, to sink: inout some KeySink
  ) {
    sink.field("kind", "copy")
    sink.digest("source", source.chain)
    sink.digest("root", root.chain)
    copy.describe(to: &sink)
    sink.field("times", String(recorder.epoch))
  }

  private func copyFromContext(
    _ copy: CopyOperation, _ step: Step, on root: RootState
  ) throws -> Result {
    try withSteadyContext {
      let job = CopyJob(
        executor: self, copy: copy, step: step, root: root,
        source: .context(try context.tree(), context))
      return try job.run()
    }
  }

  /// The bytes that are used must be the bytes of the key: when a file changes in between, the walk
  /// starts over.
  func withSteadyContext(_ body: () throws -> Result) throws -> Result {
    for attempt in 1... {
      do { return try body() } catch ContextError.linkLeadsOut {
        context.widen()
      } catch let error {
        guard let path = Self.changedPath(error) else { throw error }
        guard attempt < 3 else { throw BuildError.contextKeepsChanging(path) }
        context.walkAgain()
      }
    }
    throw BuildError.interrupted
  }

  private static func changedPath(_ error: any Error) -> TreePath? {
    switch error {
    case ContextError.changedWhileReading(let path): path
    case ArchiveError.contentChanged(let path): path
    default: nil
    }
  }
}

/// Where a COPY takes files from.
enum CopySource {
  case context(ContextTree, BuildContext)
  case root(RootTree, RootState, SnapshotMaker)

  var view: any TreeView {
    switch self {
    case .context(let tree, _): tree
    case .root(let tree, _, _): tree
    }
  }

  var isContext: Bool {
    if case .context = self { true } else { false }
  }

  /// What to pack for a file.
  func content(of path: TreePath) throws -> FileContent {
    switch self {
    case .context(let tree, _): return .file(path: tree.root + path.description)
    case .root(let tree, let root, let snapshots):
      guard let owner = tree.owner(of: path) else { throw ArchiveError.contentChanged(path) }
      // Not every file of a snapshot can be read by who is not its root.
      try SnapshotMaker.requirePrivilege()
      let directory = try snapshots.directory(of: owner, in: root)
      return .file(path: SnapshotFile.path(path, in: directory))
    }
  }
}

/// One COPY or ADD on its way.
private struct CopyJob {
  let executor: StepExecutor
  let copy: CopyOperation
  let step: Step
  let root: RootState
  let source: CopySource

  func run() throws -> StepExecutor.Result {
    let start = ContinuousClock.now
    var placement = CopyPlacement(
      on: try executor.services.reader.tree(of: root),
      owner: try executor.owner(copy.owner, in: root), permissions: copy.permissions)
    var archives: [ExpandedArchive] = []
    let selection = try CopySelection(copy, in: source)
    var remotes = copy.remotes[...]
    for match in selection.matches {
      while let next = remotes.first, next.position <= match.position {
        try place(remotes.removeFirst(), in: &placement, &archives, selection)
      }
      if copy.unpacksArchives, let archive = try expand(match.path) {
        try placement.placeArchive(
          archives.count, entries: archive.entries, at: copy.destination)
        archives.append(archive)
      } else {
        try place(match, of: source.view, in: &placement, selection)
      }
    }
    for remote in remotes { try place(remote, in: &placement, &archives, selection) }
    for (index, file) in copy.inlineFiles.enumerated() {
      try placement.placeInline(
        index, name: file.name, content: file.content, at: copy.destination)
    }
    try readContents(of: &placement)
    let origins = placement.origins
    var result = try executor.write(placement.entries, step, since: start) { entry in
      switch origins[entry.path] {
      case .source(let path): entry.kind == .file ? try source.content(of: path) : .none
      case .inline(let index): .bytes(copy.inlineFiles[index].content)
      case .archive(let index, let position): archives[index].content(of: position)
      case .blob(let digest): try content(of: digest)
      case nil: .none
      }
    }
    if source.isContext { result.places = placement.places }
    return result
  }

  private func place(
    _ match: CopySelection.Match, of view: some TreeView, in placement: inout CopyPlacement,
    _ selection: CopySelection
  ) throws {
    try placement.place(
      match.path, named: match.name, from: view, at: copy.destination,
      included: { selection.includes($0, below: match.path) })
  }

  /// - Parameter archives: Gets what is taken apart.
  private func place(
    _ remote: RemoteFile, in placement: inout CopyPlacement, _ archives: inout [ExpandedArchive],
    _ selection: CopySelection
  ) throws {
    switch executor.plan.sources[remote.source] {
    case .file(let digest, let size)?:
      if remote.unpacks, let archive = try expand(digest, size: size) {
        try placement.placeArchive(
          archives.count, entries: archive.entries, at: copy.destination)
        archives.append(archive)
      } else {
        try placement.placeDownload(
          digest, size: size, named: remote.name, at: copy.destination)
      }
    case .tree(_, let digest, let size)?:
      // One without any file is no archive.
      guard let archive = try expand(digest, size: size) else { return }
      try placement.placeTree(
        archives.count, entries: archive.entries, at: copy.destination,
        included: selection.includes)
      archives.append(archive)
    case nil: throw BuildError.sourceNotFetched(remote.source.shown)
    }
  }

  /// What was fetched is a blob of the store.
  private func content(of blob: Digest) throws -> FileContent {
    let reader = try executor.services.store.blobs.reader(of: blob)
    return .reader { try reader.read(at: $0, into: $1) }
  }

  private func expand(_ blob: Digest, size: Int64) throws -> ExpandedArchive? {
    try ExpandedArchive.expand(
      content(of: blob), named: TreePath(blob.hex), size: size, below: .root,
      spoolDirectory: executor.services.store.makeTemporaryDirectory("archive"))
  }

  /// Files of a context have no digests before somebody asks.
  private func readContents(of placement: inout CopyPlacement) throws {
    guard case .context(_, let context) = source else { return }
    var files: [(target: TreePath, origin: TreePath)] = []
    for (target, origin) in placement.origins {
      guard case .source(let path) = origin else { continue }
      files.append((target, path))
    }
    let digests = try context.digests(of: files.map(\.origin))
    for (file, digest) in zip(files, digests) { placement.setContent(digest, at: file.target) }
  }

  private func expand(_ path: TreePath) throws -> ExpandedArchive? {
    guard let entry = source.view.entry(at: path), entry.kind == .file else { return nil }
    return try ExpandedArchive.expand(
      source.content(of: path), named: path, size: entry.size, below: .root,
      spoolDirectory: executor.services.store.makeTemporaryDirectory("archive"))
  }
}
