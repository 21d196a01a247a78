import FileSystem
import Synchronization

/// That somebody has the store open. Each process holds a lock on one file, together with all
/// others, as long as it may have a snapshot below a mount.
final class StoreUse: Sendable {
  private let path: String
  private let held = Mutex<FileLock?>(nil)

  init(path: String) { self.path = path }

  /// Waits for whoever is alone with the store: that takes as long as a few renames.
  func begin() throws {
    try held.withLock { $0 = try FileLock.acquire(path, .shared) }
  }

  /// Nobody begins while the lock is held.
  /// - Returns: nil when somebody, be it this process, has the store open.
  func attemptAlone() throws -> FileLock? { try FileLock.attempt(path) }
}
