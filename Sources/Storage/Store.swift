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
  private let database: StoreDatabase
  private let workspace: TemporarySpace

  /// Opens the store, and makes it when there is none.
  package init(at paths: StorePaths) throws {
    self.paths = paths
    let workspace: TemporarySpace
    do {
      try Self.prepare(paths)
      workspace = try TemporarySpace(in: paths.temporary)
      try Self.mark(paths, through: workspace)
    } catch let error as FileError {
      throw StorageError.unusable(path: paths.root, reason: error.reason)
    }
    let database = StoreDatabase(path: paths.database)
    let suspects = SuspectList(database: database)
    self.database = database
    self.workspace = workspace
    blobs = BlobDirectory(
      directory: paths.blobs, temporary: workspace.path,
      beforeCommit: { digest in
        // Who writes blobs keeps the place they are written in, also without the store itself.
        try withExtendedLifetime(workspace) { try suspects.add(.blob, digest) }
      })
    layers = LayerCatalog(database: database, blobs: blobs)
    snapshots = SnapshotCatalog(
      directory: paths.snapshots, workspace: workspace, suspects: suspects)
    steps = StepCache(database: database)
    images = ImageCatalog(database: database, paths: paths, workspace: workspace)
    let lock = try FileLock.acquire(paths.locks + "/suspects")
    try suspects.examine(blobs: blobs, snapshots: snapshots)
    _ = consume lock
    suspects.settle(root: paths.root)
  }

  /// Makes the folder an image layout that other tools can read; the index comes last.
  private static func mark(
    _ paths: StorePaths, through workspace: TemporarySpace
  ) throws {
    if FileTree.exists(paths.index) { return }
    let lock = try FileLock.acquire(paths.locks + "/index")
    defer { _ = lock }
    // Whoever was faster may have given names already.
    if FileTree.exists(paths.index) { return }
    try FileTree.replace(
      paths.root + "/oci-layout", with: ImageLayout.marker, through: workspace.path)
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

  /// A new empty directory that is gone when this process is, or when `remove` is called.
  package func makeTemporaryDirectory(_ purpose: String) throws -> String {
    try workspace.makeDirectory(purpose)
  }

  /// A key that only this store has, made when it is first asked for.
  package func secretKey() throws -> [UInt8] {
    let path = paths.root + "/secret.key"
    if let known = try FileTree.readIfPresent(path) { return known }
    let lock = try FileLock.acquire(paths.locks + "/secret")
    // Somebody else may have been faster.
    if let known = try FileTree.readIfPresent(path) { return known }
    let made = (0..<32).map { _ in UInt8.random(in: 0 ... .max) }
    try FileTree.replace(path, with: made, permissions: 0o600, through: workspace.path)
    _ = consume lock
    return made
  }

  /// Waits until no other thread or process works on `key`.
  /// - Parameter whenBlocked: Called once when somebody else does.
  package func lock(_ key: Digest, whenBlocked: () -> Void = {}) throws -> FileLock {
    try FileLock.acquire(paths.locks + "/" + key.hex, whenBlocked: whenBlocked)
  }
}
