import FileSystem
import Glibc
import OCI

/// Files in unpacked layers, which may hold links that lead anywhere.
enum SnapshotFile {
  /// The absolute path of a file in a snapshot. The directories on the way are of that snapshot and
  /// known not to be links: the index says so.
  static func path(_ path: TreePath, in directory: String) -> String {
    directory + path.description
  }

  static func read(_ path: TreePath, in directory: String) throws -> [UInt8] {
    try SnapshotMaker.requirePrivilege()
    return try File.open(Self.path(path, in: directory), flags: O_RDONLY | O_NOFOLLOW).readToEnd()
  }
}
