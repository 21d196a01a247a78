package import FileSystem
import Glibc
package import OCI
import SQLite

/// Everything that runctl keeps beyond one project. It can be deleted at any time: it is only ever
/// a faster way to what the inputs say.
package struct Store: Sendable {
  package let paths: StorePaths
  package let blobs: BlobDirectory
  package let layers: LayerCatalog
  package let snapshots: SnapshotCatalog
  package let steps: StepCache
  package let images: ImageCatalog
  package let sources: SourceCatalog
  package let builds: BuildCatalog
  package let cacheMounts: CacheMountCatalog
  let sizes: SizeCatalog
  let database: StoreDatabase
  let records: ContentRecords
  let workspace: TemporarySpace
  private let report: @Sendable (StorageFinding) -> Void
  /// Whether waiting for others has no purpose any more.
  private let isCancelled: @Sendable () -> Bool

  /// Opens the store, and makes it when there is none; one that cannot be written is only read.
  /// - Parameters:
  ///   - isCancelled: Asked while others are waited for, here and later.
  ///   - report: Told what was found wrong and put right.
  package init(
    at paths: StorePaths, isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (StorageFinding) -> Void = { _ in }
  ) throws {
    self.paths = paths
    (self.report, self.isCancelled) = (report, isCancelled)
    workspace = try Self.workspace(in: paths)
    let isReadOnly = !workspace.isOwn
    database = StoreDatabase(
      path: paths.database, isReadOnly: isReadOnly,
      fill: { try ImageCatalog.restore(from: paths, in: $0) }, report: report)
    records = ContentRecords(database: database)
    let pins = Pins(path: paths.pins, isReadOnly: isReadOnly, isCancelled: isCancelled)
    blobs = BlobDirectory(
      directory: paths.blobs, temporary: workspace.path,
      guardian: BlobGuardian(
        records: records, pins: pins, workspace: workspace, lock: paths.locks + "/blobs",
        report: report))
    layers = LayerCatalog(database: database, blobs: blobs)
    let use = StoreUse(path: paths.locks + "/use")
    snapshots = SnapshotCatalog(
      directory: paths.snapshots, removed: paths.removedSnapshots, workspace: workspace,
      records: records, use: use, pins: pins)
    steps = StepCache(database: database)
    images = ImageCatalog(database: database, paths: paths, workspace: workspace, blobs: blobs)
    sources = SourceCatalog(database: database, images: images)
    builds = BuildCatalog(database: database, paths: paths)
    cacheMounts = CacheMountCatalog(database: database)
    sizes = SizeCatalog(database: database)
    if isReadOnly { return }
    let examination = BootExamination(
      database: database, records: records, blobs: blobs, snapshots: snapshots)
    do {
      let lock = try FileLock.acquire(
        paths.locks + "/examination",
        whenBlocked: { report(.examinedByAnother(path: paths.root)) }, isCancelled: isCancelled)
      try examination.run()
      try snapshots.clear()
      _ = consume lock
      // From here on, and not before, this process uses snapshots.
      try use.begin()
      if try images.restoreIndex() == .damaged { report(.index(path: paths.index)) }
    } catch let error as FileError where error.errno != ENOSPC && !error.isCancelled {
      throw StorageError.unusable(path: error.path, reason: error.reason)
    }
    Settlement(database: database).start(root: paths.root)
  }

  /// Whether nothing in it can be changed, by whoever has it open.
  package var isReadOnly: Bool { !workspace.isOwn }

  private static func workspace(in paths: StorePaths) throws -> TemporarySpace {
    do {
      try prepare(paths)
      let workspace = try TemporarySpace(in: paths.temporary)
      try mark(paths, through: workspace)
      return workspace
    } catch let error as FileError {
      if error.errno == EROFS, FileTree.exists(paths.database) {
        return TemporarySpace(readOnly: paths.temporary)
      }
      if error.errno == ENOSPC { throw error }
      throw StorageError.unusable(path: paths.root, reason: error.reason)
    }
  }

  /// Makes the folder an image layout that other tools can read; the index comes last.
  private static func mark(
    _ paths: StorePaths, through workspace: TemporarySpace
  ) throws {
    let marker = paths.root + "/oci-layout"
    if try FileTree.readIfPresent(marker) != ImageLayout.marker {
      try FileTree.replace(marker, with: ImageLayout.marker, through: workspace.path)
    }
    if FileTree.exists(paths.index) { return }
    let lock = try FileLock.acquire(paths.locks + "/index")
    defer { _ = lock }
    // Whoever was faster may have given names already.
    if FileTree.exists(paths.index) { return }
    try FileTree.replace(paths.index, with: ImageLayout.encode([]), through: workspace.path)
  }

  private static func prepare(_ paths: StorePaths) throws {
    if let status = try FileStatus.of(paths.root, followLink: true) {
      guard status.uid == geteuid() else {
        throw StorageError.foreignOwner(path: paths.root, owner: status.uid)
      }
      if FileTree.exists(paths.index) { return }
    }
    for directory in [
      paths.blobs, paths.snapshots, paths.temporary, paths.locks, paths.runtimeCache,
    ] {
      try FileTree.makeDirectories(directory, permissions: 0o700)
    }
  }

  /// Whether there are unpacked layers, or what commands keep between builds.
  package var hasFolders: Bool {
    [paths.snapshots, paths.cacheMounts].contains {
      (try? Directory.entries(of: $0))?.isEmpty == false
    }
  }

  /// What makes contents needed now.
  func roots() throws -> StoreRoots { try database.use { try StoreRoots($0, builds) } }

  /// A new empty directory that is gone when this process is, or when `remove` is called.
  package func makeTemporaryDirectory(_ purpose: String) throws -> String {
    try workspace.makeDirectory(purpose)
  }

  /// A key that only this store has, made when it is first asked for.
  package func secretKey() throws -> [UInt8] {
    if let known = try knownSecretKey() { return known }
    let lock = try FileLock.acquire(paths.locks + "/secret")
    // Somebody else may have been faster.
    if let known = try knownSecretKey() { return known }
    let isDamaged = FileTree.exists(paths.secretKey)
    let made = (0..<Self.secretKeySize).map { _ in UInt8.random(in: 0 ... .max) }
    try FileTree.replace(
      paths.secretKey, with: made, permissions: 0o600, through: workspace.path)
    _ = consume lock
    if isDamaged { report(.secretKey(path: paths.secretKey)) }
    return made
  }

  private static let secretKeySize = 32

  /// - Returns: nil, too, for what a loss of power has left of one.
  private func knownSecretKey() throws -> [UInt8]? {
    let known = try FileTree.readIfPresent(paths.secretKey)
    return known?.count == Self.secretKeySize ? known : nil
  }

  /// Waits until no other thread or process works on `key`.
  /// - Parameter whenBlocked: Called once when somebody else does.
  package func lock(_ key: Digest, whenBlocked: () -> Void = {}) throws -> FileLock {
    try wait(for: paths.locks + "/" + key.hex, .exclusive, whenBlocked)
  }

  func stopIfCancelled() throws(FileError) {
    if isCancelled() { throw FileError("go on in", paths.root, errno: ECANCELED) }
  }

  func wait(
    for path: String, _ mode: FileLock.Mode, _ whenBlocked: () -> Void
  ) throws(FileError) -> FileLock {
    try FileLock.acquire(path, mode, whenBlocked: whenBlocked, isCancelled: isCancelled)
  }
}
