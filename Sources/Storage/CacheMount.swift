import FileSystem
import Glibc
package import OCI

/// A directory that commands keep between builds, for as long as one of them has it.
///
/// `cache-mounts/<key>/<number>/data`: no name that somebody chose is ever part of a path. Its lock
/// is the kernel's. A number above 0 is a further instance, for who wants one alone.
package final class CacheMount: Sendable {
  package enum Sharing: Sendable {
    /// Several at a time.
    case shared
    /// One at a time, the others wait.
    case locked
    /// One at a time, the others get another instance.
    case alone
  }

  /// Absolute.
  package let directory: String
  private let lock: FileLock

  private init(_ folder: String, _ number: Int, _ lock: consuming FileLock) {
    directory = "\(folder)/\(number)/data"
    self.lock = lock
  }

  fileprivate static func acquire(
    in folder: String, of store: Store, _ sharing: Sharing, whenBlocked: () -> Void
  ) throws(FileError) -> CacheMount {
    try FileTree.makeDirectories(folder, permissions: 0o700)
    guard sharing == .alone else {
      let lock = try store.wait(
        for: "\(folder)/0.lock", sharing == .shared ? .shared : .exclusive, whenBlocked)
      return CacheMount(folder, 0, lock)
    }
    var number = 0
    while true {
      if let lock = try FileLock.attempt("\(folder)/\(number).lock") {
        return CacheMount(folder, number, lock)
      }
      number += 1
    }
  }

  /// Makes the directory when there is none. It has its name only when it is as it should be.
  fileprivate func prepare(_ folder: String, _ furnish: (String) throws -> Void) throws {
    if FileTree.exists(directory) { return }
    let making = try FileLock.acquire("\(folder)/making.lock")
    if !FileTree.exists(directory) {
      let made = FileTree.parentPath(of: directory) + "/new"
      try FileTree.remove(made)
      try FileTree.makeDirectories(made)
      try furnish(made)
      try FileTree.rename(made, to: directory)
    }
    _ = consume making
  }
}

extension CacheMount {
  /// Nobody begins to use an instance while this lives.
  /// - Returns: nil when a command has it.
  static func attemptAlone(
    _ key: Digest, _ number: Int, in paths: StorePaths
  ) throws(FileError) -> CacheMount? {
    let folder = "\(paths.cacheMounts)/\(key.hex)"
    guard let lock = try FileLock.attempt("\(folder)/\(number).lock") else { return nil }
    return CacheMount(folder, number, lock)
  }
}

extension Store {
  /// Waits for a cache where that is needed, and makes it when there is none.
  ///
  /// - Parameters:
  ///   - whenBlocked: Called once when another command has it and must be waited for.
  ///   - furnish: Gets the path of a new, empty directory before anybody sees it.
  package func cacheMount(
    _ key: Digest, _ sharing: CacheMount.Sharing, whenBlocked: () -> Void = {},
    furnish: (String) throws -> Void = { _ in }
  ) throws -> CacheMount {
    let folder = "\(paths.cacheMounts)/\(key.hex)"
    let mount = try CacheMount.acquire(in: folder, of: self, sharing, whenBlocked: whenBlocked)
    try mount.prepare(folder, furnish)
    return mount
  }
}
