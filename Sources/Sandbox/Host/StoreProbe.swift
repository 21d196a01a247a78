import CLinux
import FileSystem
import Glibc
import Processes

/// Tries a file system with an overlay as a build mounts it: a file and a directory of the lower one
/// are removed, and the marks of that must be in the upper one.
struct StoreProbe {
  let directory: String
  let scratch: String
  let isUserNamespace: Bool

  func run() throws(SandboxError) -> ExitStatus? {
    try PrivateMounts.prepare(scratch: scratch, hidesControlGroups: false)
    var template = Array("\(directory)/probe-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
    }
    guard let folder = made else { throw unsuitable(String(cString: strerror(errno))) }
    defer { try? FileTree.remove(folder) }
    do throws(FileError) {
      try attempt(in: folder)
    } catch {
      throw unsuitable(error.reason.lowercased())
    }
    return .success
  }

  private func attempt(in folder: String) throws(FileError) {
    let merged = "\(scratch)/merged"
    for path in ["lower/gone", "lower/opaque", "upper", "work"].map({ "\(folder)/\($0)" })
      + [merged, "\(scratch)/links"]
    {
      try FileTree.makeDirectories(path)
    }
    let overlay = OverlayMount(
      lowers: ["\(folder)/lower"],
      writable: OverlayMount.Writable(upper: "\(folder)/upper", work: "\(folder)/work"),
      isUserNamespace: isUserNamespace)
    do throws(SandboxError) {
      try overlay.mount(at: merged, links: "\(scratch)/links")
    } catch {
      throw FileError("mount", folder, errno: EINVAL)
    }
    defer { _ = clinux_unmount(merged) }
    for name in ["gone", "opaque"] where rmdir("\(merged)/\(name)") != 0 {
      throw FileError("remove", "\(merged)/\(name)")
    }
    try FileTree.makeDirectories("\(merged)/opaque")
    guard chown("\(merged)/opaque", 1, 1) == 0 else { throw FileError("chown", merged) }
    let mark = try FileStatus.of("\(folder)/upper/gone", followLink: false)
    guard mark?.kind == .characterDevice, mark?.deviceNumber == 0 else {
      throw FileError("mark a removal in", folder, errno: EOPNOTSUPP)
    }
  }

  private func unsuitable(_ reason: String) -> SandboxError {
    .unsuitableStore(
      path: directory, reason: Self.fileSystem(of: directory).map { "it is on \($0)" } ?? reason,
      remedy: "let RUNCTL_HOME name a folder on ext4, xfs or btrfs (in a container: on a volume)")
  }

  /// Those that are known not to do. Source: statfs(2).
  private static func fileSystem(of path: String) -> String? {
    guard let directory = try? Directory.open(path) else { return nil }
    return switch clinux_file_system_type(directory.descriptor) {
    case 0x794C_7630: "an overlay, which cannot hold another"
    case 0x6969: "NFS, which keeps no extended attributes of overlays"
    case 0x6573_5546: "a FUSE file system"
    case 0x0102_1997: "a 9p file system"
    case 0xFF53_4D42, 0xFE53_4D42: "an SMB share"
    case 0x4D44: "a FAT file system"
    case 0xF15F: "an eCryptfs file system"
    default: nil
    }
  }
}
