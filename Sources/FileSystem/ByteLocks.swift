import CLinux
import Glibc

/// Locks on numbers, which the kernel keeps for an open file: they end with the process, however the
/// process ends.
///
/// Source: fcntl(2), "Open file description locks". The bytes that they are on need not exist. Two
/// of these on one file exclude each other as two processes do.
package struct ByteLocks: ~Copyable, Sendable {
  private let file: File

  /// Opens the file, and makes it when there is none.
  package init(_ path: String) throws(FileError) {
    file = try File.open(path, flags: O_RDWR | O_CREAT)
  }

  /// For shared locks in a file that cannot be written.
  package init(readOnly path: String) throws(FileError) {
    file = try File.open(path)
  }

  /// - Returns: Whether the lock was to be had at once.
  package func attempt(_ number: Int64, _ mode: FileLock.Mode) throws(FileError) -> Bool {
    let type = mode == .exclusive ? F_WRLCK : F_RDLCK
    if clinux_lock_byte(file.descriptor, Int16(type), number) == 0 { return true }
    if errno == EAGAIN || errno == EACCES { return false }
    throw FileError("lock", file.path)
  }

  package func release(_ number: Int64) throws(FileError) {
    guard clinux_lock_byte(file.descriptor, Int16(F_UNLCK), number) == 0 else {
      throw FileError("unlock", file.path)
    }
  }

  /// Whether somebody else has the number, with whatever lock.
  package func isTaken(_ number: Int64) throws(FileError) -> Bool {
    switch clinux_byte_is_locked(file.descriptor, number) {
    case 0: return false
    case 1: return true
    default: throw FileError("look for locks on", file.path)
    }
  }
}
