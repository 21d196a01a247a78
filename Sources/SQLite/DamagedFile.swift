import FileSystem
import Glibc

/// A database file that contradicts itself: kept for whoever wants to look, never read again.
enum DamagedFile {
  /// - Returns: Where the file is now; nil when it is sound after all: somebody else was faster, or
  ///   wrote it anew.
  static func setAside(_ path: String) throws -> String? {
    let lock = try FileLock.acquire(directory: FileTree.parentPath(of: path))
    defer { _ = lock }
    if isSound(path) { return nil }
    let aside = "\(path).damaged-\(time(nil))"
    try FileTree.rename(path, to: aside)
    // The table of contents is only ever made from the log.
    try FileTree.removeFile(path + "-shm")
    if FileTree.exists(path + "-wal") { try FileTree.rename(path + "-wal", to: aside + "-wal") }
    return aside
  }

  private static func isSound(_ path: String) -> Bool {
    guard let database = try? Database(path: path, mode: .readOnly),
      let verdict = try? database.first("PRAGMA integrity_check(1)", [], { $0.text(0) })
    else { return false }
    return verdict == "ok"
  }
}
