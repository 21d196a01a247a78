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
    try open(path, in: directory).readToEnd()
  }

  /// At most `limit` bytes of a file, from its start.
  static func read(_ path: TreePath, in directory: String, limit: Int) throws -> [UInt8] {
    let file = try open(path, in: directory)
    var bytes = [UInt8](repeating: 0, count: min(limit, Int(clamping: try file.status().size)))
    let count = try bytes.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    return Array(bytes.prefix(count))
  }

  private static func open(_ path: TreePath, in directory: String) throws -> File {
    try SnapshotMaker.requirePrivilege()
    return try File.open(Self.path(path, in: directory), flags: O_RDONLY | O_NOFOLLOW)
  }
}
