import CLinux
import FileSystem
import Glibc
import Processes

/// A user namespace in which a normal user is root.
enum UserNamespace {
  /// - Returns: Whether the process is in a user namespace, be it an old one or one made here.
  static func enterIfNeeded() throws(SandboxError) -> Bool {
    if geteuid() == 0 { return !hasAllIDs }
    return true
  }

  /// The first namespace maps every id to itself.
  private static var hasAllIDs: Bool {
    guard let map = try? FileTree.read("/proc/self/uid_map") else { return true }
    let fields = String(decoding: map, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return fields == ["0", "0", "4294967295"]
  }
}
