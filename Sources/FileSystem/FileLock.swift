import Glibc

/// A lock that the kernel keeps: it ends with the process, however the process ends.
///
/// Source: flock(2). The file stays; only the lock on it means something.
package struct FileLock: ~Copyable, Sendable {
  package enum Mode: Sendable {
    case shared
    case exclusive
  }

  private let file: File

  private init(holding file: consuming File) { self.file = file }

  /// Waits until the lock is free.
  /// - Parameter whenBlocked: Called once, before waiting, when another process has it.
  package static func acquire(
    _ path: String, _ mode: Mode = .exclusive, whenBlocked: () -> Void = {}
  ) throws(FileError) -> FileLock {
    let file = try File.open(path, flags: O_RDWR | O_CREAT)
    let operation = mode == .exclusive ? LOCK_EX : LOCK_SH
    if flock(file.descriptor, operation | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK else { throw FileError("lock", path) }
      whenBlocked()
      guard retrying({ flock(file.descriptor, operation) }) == 0 else {
        throw FileError("lock", path)
      }
    }
    return FileLock(holding: file)
  }

  /// Waits until a directory that is there is free; no file is made for it.
  package static func acquire(directory: String) throws(FileError) -> FileLock {
    let file = try File.open(directory, flags: O_RDONLY | O_DIRECTORY)
    guard retrying({ flock(file.descriptor, LOCK_EX) }) == 0 else {
      throw FileError("lock", directory)
    }
    return FileLock(holding: file)
  }

  /// - Returns: nil when another process has the lock.
  package static func attempt(
    _ path: String, _ mode: Mode = .exclusive
  ) throws(FileError) -> FileLock? {
    let file = try File.open(path, flags: O_RDWR | O_CREAT)
    guard flock(file.descriptor, (mode == .exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 else {
      if errno == EWOULDBLOCK { return nil }
      throw FileError("lock", path)
    }
    return FileLock(holding: file)
  }
}
