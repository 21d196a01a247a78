import FileSystem
import Foundation
import Testing

/// A file system of its own in a file, mounted.
final class SmallDisk {
  let path: String
  private let image: String
  private let scratch: String
  private let size: Int

  /// - Parameter size: In MiB.
  init(in bench: Workbench, _ name: String = "disk", size: Int) throws {
    scratch = bench.folder
    self.size = size
    // Not in the workbench's folder: there a mount is a fault.
    var template = Array("/tmp/runctl-disk-XXXXXX".utf8CString)
    path = try #require(mkdtemp(&template).map { String(cString: $0) })
    image = "\(scratch)/\(name).ext4"
    try run("truncate", "-s", "\(size)M", image)
    try run("mkfs.ext4", "-q", "-m", "0", "-O", "^resize_inode", image)
    try mount()
    try FileTree.remove("\(path)/lost+found")
    bench.hold(self)
  }

  /// The workbench's folder may be gone already: no program is started.
  deinit {
    umount2(path, Int32(MNT_DETACH))
    rmdir(path)
  }

  private func mount() throws { try run("mount", "-o", "loop", image, path) }

  var isMounted: Bool {
    let mounts = (try? FileTree.read("/proc/self/mounts")) ?? []
    return String(decoding: mounts, as: UTF8.self).contains(" \(path) ext4 ")
  }

  func remount(readOnly: Bool) throws {
    try run("mount", "-o", "remount,\(readOnly ? "ro" : "rw")", path)
  }

  /// Leaves so much room, in KiB.
  func leave(_ free: Int) throws {
    // The disk below is everybody's.
    try #require(isMounted)
    try makeRoom()
    sync()
    var status = statvfs()
    statvfs(path, &status)
    let available = Int(status.f_bavail) * Int(status.f_frsize) / 1024
    // What is too much for the last blocks fails, and then it is full.
    _ = try Program.run(
      "dd", "if=/dev/zero", "of=\(path)/fill", "bs=1K",
      "count=\(min(max(0, available - free), size << 10))",
      scratch: scratch)
    sync()
  }

  func makeRoom() throws { try FileTree.remove("\(path)/fill") }

  /// What has reached the disk is mounted anew, and what its journal says is done. A copy is: other
  /// mount namespaces may still have the old one.
  func losePower() throws {
    try shutDown()
    try run("umount", "-l", path)
    try run("cp", "--sparse=always", image, "\(scratch)/next.ext4")
    try FileTree.rename("\(scratch)/next.ext4", to: image)
    try mount()
  }

  /// From now on nothing reaches the disk (`EXT4_IOC_SHUTDOWN` without a flush).
  func shutDown() throws {
    let file = try File.open(path, flags: O_RDONLY | O_DIRECTORY)
    var withoutFlush: UInt32 = 2
    try #require(ioctl(file.descriptor, 0x8004_587d, &withoutFlush) == 0)
  }

  /// Brings names to the disk, and not what is in the files: a sync of one file takes all changes of
  /// names with it.
  func syncNames() throws {
    let file = try File.open("\(path)/sync", flags: O_RDWR | O_CREAT)
    try file.write([1])
    try file.synchronize()
  }

  private func run(_ arguments: String...) throws {
    let result = try Program(arguments, scratch: scratch).wait()
    try #require(result.succeeded, "\(arguments): \(result)")
  }

  /// Whether disks can be mounted here: tried once.
  static let canMount: Bool = {
    guard getuid() == 0, Machine.has("mkfs.ext4", "mount"),
      let bench = try? Workbench()
    else { return false }
    return (try? SmallDisk(in: bench, size: 8)) != nil
  }()
  static let needsMount = "root, loop devices and mkfs.ext4 are needed for a small disk"
}
