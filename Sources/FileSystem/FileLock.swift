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

  /// Who gets a copy of it holds the lock, too: it is free when all copies are closed.
  package var descriptor: Int32 { file.descriptor }

  private init(holding file: consuming File) { self.file = file }

  /// How often a wait that can be given up looks, in microseconds: no person notices it.
  private static let pause: UInt32 = 10_000

  /// Waits until the lock is free.
  /// - Parameters:
  ///   - whenBlocked: Called once, before waiting, when another process has it.
  ///   - isCancelled: Asked again and again while waiting; without it the wait cannot be given up.
  /// - Throws: ``FileError``, one that ``FileError/isCancelled`` among them.
  package static func acquire(
    _ path: String, _ mode: Mode = .exclusive, whenBlocked: () -> Void = {},
    isCancelled: (() -> Bool)? = nil
  ) throws(FileError) -> FileLock {
    let file = try File.open(path, flags: O_RDWR | O_CREAT)
    let operation = mode == .exclusive ? LOCK_EX : LOCK_SH
    if flock(file.descriptor, operation | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK else { throw FileError("lock", path) }
      whenBlocked()
      try wait(file, operation, isCancelled)
    }
    return FileLock(holding: file)
  }

  /// Waits until a directory that is there is free; no file is made for it.
  package static func acquire(
    directory: String, _ mode: Mode = .exclusive
  ) throws(FileError) -> FileLock {
    let file = try File.open(directory, flags: O_RDONLY | O_DIRECTORY)
    try wait(file, mode == .exclusive ? LOCK_EX : LOCK_SH, nil)
    return FileLock(holding: file)
  }

  private static func wait(
    _ file: borrowing File, _ operation: Int32, _ isCancelled: (() -> Bool)?
  ) throws(FileError) {
    guard let isCancelled else {
      guard retrying({ flock(file.descriptor, operation) }) == 0 else {
        throw FileError("lock", file.path)
      }
      return
    }
    // Signals are handled on a thread of their own: none ends a flock(2) of this one.
    while flock(file.descriptor, operation | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK else { throw FileError("lock", file.path) }
      if isCancelled() { throw FileError("wait for the lock", file.path, errno: ECANCELED) }
      usleep(pause)
    }
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
