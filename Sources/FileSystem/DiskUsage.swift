import CLinux
import Glibc
import Synchronization

/// How much room things take on the disk, as du(1) counts it: blocks instead of lengths, directories
/// among them, and each file once however many names it has.
package final class DiskUsage: Sendable {
  private struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  /// Files with several names that were counted.
  private let counted = Mutex<Set<Identity>>([])
  /// Called, from any thread, with each further number of bytes.
  private let progress: @Sendable (Int64) -> Void

  package init(progress: @escaping @Sendable (Int64) -> Void = { _ in }) {
    self.progress = progress
  }

  /// - Returns: In bytes; 0 for what is not there. What is taken away meanwhile may count or not.
  package func bytes(of path: String) throws(FileError) -> Int64 {
    guard let raw = try status(of: path) else { return 0 }
    var sum = add(raw)
    if raw.st_mode & S_IFMT == S_IFDIR { sum += try bytes(in: path) }
    return sum
  }

  /// Without what is in it, when it is a directory.
  package func ownBytes(of path: String) throws(FileError) -> Int64 {
    try status(of: path).map(add) ?? 0
  }

  private func status(of path: String) throws(FileError) -> stat? {
    var raw = stat()
    if lstat(path, &raw) == 0 { return raw }
    if errno == ENOENT { return nil }
    throw FileError("stat", path)
  }

  /// Goes down and up again with one descriptor: there may be more levels than descriptors.
  private func bytes(in path: String) throws(FileError) -> Int64 {
    var sum: Int64 = 0
    var directory: Directory
    do throws(FileError) { directory = try Directory.open(path) } catch {
      if error.isNotFound { return 0 }
      throw error
    }
    var pending = [try list(directory, &sum)]
    while true {
      while pending.last?.isEmpty == true, pending.count > 1 {
        pending.removeLast()
        // Somebody takes all of it away.
        guard let above = try parent(of: directory) else { return sum }
        directory = above
      }
      guard let name = pending[pending.count - 1].popLast() else { return sum }
      guard let inner = try enter(name, of: directory) else { continue }
      directory = inner
      pending.append(try list(directory, &sum))
    }
  }

  /// - Returns: nil when the directory was taken away meanwhile.
  private func parent(of directory: borrowing Directory) throws(FileError) -> Directory? {
    let path = FileTree.parentPath(of: directory.path)
    let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
    let descriptor = clinux_openat(directory.descriptor, "..", flags, 0)
    guard descriptor >= 0 else {
      let failure = FileError("open", path)
      if failure.isNotFound { return nil }
      throw failure
    }
    return Directory(descriptor: descriptor, path: path)
  }

  private func enter(
    _ name: [UInt8], of directory: borrowing Directory
  ) throws(FileError) -> Directory? {
    do throws(FileError) { return try directory.open(name) } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  /// Adds what is in a directory.
  /// - Returns: The directories among it.
  private func list(
    _ directory: borrowing Directory, _ sum: inout Int64
  ) throws(FileError) -> [[UInt8]] {
    var directories: [[UInt8]] = []
    var here: Int64 = 0
    let parent = directory.descriptor
    for entry in try entries(of: directory) {
      var raw = stat()
      guard withName(entry.name, { fstatat(parent, $0, &raw, AT_SYMLINK_NOFOLLOW) }) == 0 else {
        if errno == ENOENT { continue }
        throw FileError("stat", directory.path)
      }
      here += add(raw)
      if raw.st_mode & S_IFMT == S_IFDIR { directories.append(entry.name) }
    }
    sum += here
    return directories
  }

  /// - Returns: None, too, for a directory that was taken away since it was opened.
  private func entries(
    of directory: borrowing Directory
  ) throws(FileError) -> [Directory.Entry] {
    do throws(FileError) { return try directory.entries() } catch {
      if error.isNotFound { return [] }
      throw error
    }
  }

  private func add(_ raw: stat) -> Int64 {
    if raw.st_nlink > 1, raw.st_mode & S_IFMT != S_IFDIR {
      let identity = Identity(device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino))
      guard counted.withLock({ $0.insert(identity).inserted }) else { return 0 }
    }
    let bytes = Int64(raw.st_blocks) * 512
    progress(bytes)
    return bytes
  }
}
