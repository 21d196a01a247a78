import CLinux
import Glibc

/// Nanoseconds since 1970-01-01T00:00:00Z, as the file system keeps them.
package typealias FileTime = Int64

/// What stat(2) tells about a file.
package struct FileStatus: Sendable, Hashable {
  package enum Kind: UInt8, Sendable {
    case file
    case directory
    case symlink
    case characterDevice
    case blockDevice
    case fifo
    case socket
  }

  package let device: UInt64
  package let inode: UInt64
  /// Type and permission bits, as in `st_mode`.
  package let mode: UInt32
  package let linkCount: UInt64
  package let uid: UInt32
  package let gid: UInt32
  package let deviceNumber: UInt64
  /// In bytes.
  package let size: Int64
  package let modified: FileTime
  package let changed: FileTime

  init(_ raw: stat) {
    device = UInt64(raw.st_dev)
    inode = UInt64(raw.st_ino)
    mode = raw.st_mode
    linkCount = UInt64(raw.st_nlink)
    uid = raw.st_uid
    gid = raw.st_gid
    deviceNumber = UInt64(raw.st_rdev)
    size = Int64(raw.st_size)
    modified = Int64(raw.st_mtim.tv_sec) * 1_000_000_000 + Int64(raw.st_mtim.tv_nsec)
    changed = Int64(raw.st_ctim.tv_sec) * 1_000_000_000 + Int64(raw.st_ctim.tv_nsec)
  }

  /// - Returns: nil when there is nothing at `path`.
  package static func of(_ path: String, followLink: Bool) throws(FileError) -> FileStatus? {
    var raw = stat()
    if (followLink ? stat(path, &raw) : lstat(path, &raw)) == 0 { return FileStatus(raw) }
    let failure = FileError("stat", path)
    if failure.isNotFound { return nil }
    throw failure
  }

  package var kind: Kind {
    switch mode & S_IFMT {
    case S_IFDIR: .directory
    case S_IFLNK: .symlink
    case S_IFCHR: .characterDevice
    case S_IFBLK: .blockDevice
    case S_IFIFO: .fifo
    case S_IFSOCK: .socket
    default: .file
    }
  }

  package var deviceMajor: UInt32 { clinux_major(dev_t(deviceNumber)) }
  package var deviceMinor: UInt32 { clinux_minor(dev_t(deviceNumber)) }

  /// The bits of chmod(2), set-user-ID, set-group-ID and sticky among them.
  package var permissions: UInt16 { UInt16(mode & 0o7777) }
}
