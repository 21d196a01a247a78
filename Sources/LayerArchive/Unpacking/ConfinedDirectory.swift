import CLinux
import FileSystem
import Glibc
import OCI

/// A directory in which paths are opened that somebody else has chosen.
///
/// The kernel itself sees to it that no link is followed and nothing outside is reached.
/// Source: openat2(2), Linux 5.6.
struct ConfinedDirectory: ~Copyable {
  // RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH of linux/openat2.h.
  private static let confined: UInt64 = 0x02 | 0x04 | 0x08

  let root: FileSystem.Directory

  init(_ path: String) throws {
    root = try FileSystem.Directory.open(path)
  }

  func open(_ path: TreePath) throws(FileError) -> FileSystem.Directory {
    let descriptor = try descriptor(of: path, flags: O_RDONLY | O_DIRECTORY)
    return FileSystem.Directory(descriptor: descriptor, path: root.path + path.description)
  }

  /// - Parameter flags: As for open(2); O_CLOEXEC and O_NOFOLLOW are added.
  func open(_ path: TreePath, flags: Int32) throws(FileError) -> File {
    let descriptor = try descriptor(of: path, flags: flags)
    return File(descriptor: descriptor, path: root.path + path.description)
  }

  private func descriptor(of path: TreePath, flags: Int32) throws(FileError) -> Int32 {
    let name = path.isRoot ? [UInt8(ascii: ".")] : path.bytes
    let all = UInt64(UInt32(bitPattern: flags | O_CLOEXEC | O_NOFOLLOW))
    let descriptor = withCString(name) {
      clinux_openat2(root.descriptor, $0, all, 0, Self.confined)
    }
    guard descriptor >= 0 else { throw FileError("open", root.path + path.description) }
    return descriptor
  }
}
