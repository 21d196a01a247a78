import FileSystem
import Glibc

/// A database file that contradicts itself: kept for whoever wants to look, never read again.
enum DamagedFile {
  /// Held together by those who open the database, as opening takes several steps: nobody may find
  /// the file without its log, or a new file beside the old one's log.
  static func keepInPlace(_ path: String) throws(FileError) -> FileLock {
    try FileLock.acquire(directory: FileTree.parentPath(of: path), .shared)
  }

  /// - Returns: Where the file is now; nil when it is sound after all: somebody else was faster, or
  ///   wrote it anew.
  static func setAside(_ path: String) throws -> String? {
    let lock = try FileLock.acquire(directory: FileTree.parentPath(of: path))
    defer { _ = lock }
    if try !FileTree.exists(path) || isSound(path) { return nil }
    let aside = "\(path).damaged-\(time(nil))"
    // The table of contents is only ever made from the log. The file goes last: a new one must not
    // come upon the old one's log, should this process be killed in between.
    try FileTree.removeFile(path + "-shm")
    if FileTree.exists(path + "-wal") { try FileTree.rename(path + "-wal", to: aside + "-wal") }
    try FileTree.rename(path, to: aside)
    return aside
  }

  /// - Throws: ``SQLiteError`` when there is no telling, as without memory or free descriptors.
  private static func isSound(_ path: String) throws(SQLiteError) -> Bool {
    do throws(SQLiteError) {
      let database = try Database(path: path, mode: .readOnly)
      return try database.first("PRAGMA integrity_check(1)", [], { $0.text(0) }) == "ok"
    } catch {
      guard error.isCorruption else { throw error }
      return false
    }
  }
}
