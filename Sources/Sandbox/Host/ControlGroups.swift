import FileSystem
import Glibc

/// The control groups that runc makes for a container, in version 2 and in each hierarchy of
/// version 1. They outlive their processes, so whoever outlives the container removes them.
enum ControlGroups {
  private static let root = "/sys/fs/cgroup"

  /// The processes in them have ended.
  static func remove(_ name: String) {
    rmdir("\(root)/\(name)")
    for hierarchy in (try? Directory.entries(of: root)) ?? [] where hierarchy.kind != .file {
      rmdir("\(root)/\(String(decoding: hierarchy.name, as: UTF8.self))/\(name)")
    }
  }
}
