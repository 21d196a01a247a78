import CLinux
import FileSystem
import Glibc
import OCI

/// Makes a directory that overlayfs can use as a layer.
///
/// Directories get their attributes at the end, when nothing is made in them any more.
final class SnapshotBuilder {
  private let target: SnapshotTarget
  private let directory: ConfinedDirectory
  private var parent: (path: TreePath, handle: ParentHandle)?

  /// An open directory that can be remembered.
  private final class ParentHandle {
    let file: File
    init(_ file: consuming File) { self.file = file }
  }

  init(_ target: SnapshotTarget) throws {
    self.target = target
    directory = try ConfinedDirectory(target.directory)
  }

  private func parentHandle(of path: TreePath) throws -> ParentHandle {
    let wanted = path.parent
    if let parent, parent.path == wanted { return parent.handle }
    let handle = ParentHandle(try directory.open(wanted, flags: O_RDONLY | O_DIRECTORY))
    parent = (wanted, handle)
    return handle
  }

  private func make(
    _ path: TreePath, _ verb: String, _ call: (Int32, UnsafePointer<CChar>) -> Int32
  ) throws {
    try FaultInjection.beforeWrite(path.description)
    let handle = try parentHandle(of: path)
    guard withCString(path.name, { call(handle.file.descriptor, $0) }) == 0 else {
      throw FileError(verb, target.directory + path.description)
    }
  }

  func makeDirectory(_ path: TreePath) throws {
    if path.isRoot { return }
    try make(path, "make the directory") { mkdirat($0, $1, 0o700) }
  }

  /// - Returns: A new file, open for writing.
  func makeFile(_ path: TreePath) throws -> SnapshotFile {
    let handle = try parentHandle(of: path)
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let shown = target.directory + path.description
    try FaultInjection.beforeWrite(shown)
    let descriptor = withCString(path.name) {
      clinux_openat(handle.file.descriptor, $0, flags, 0o600)
    }
    guard descriptor >= 0 else { throw FileError("create", shown) }
    return SnapshotFile(File(descriptor: descriptor, path: shown), form: target.form)
  }

  /// Makes a symbolic link, a device or a named pipe.
  func make(_ entry: LayerEntry, modified: FileTime) throws {
    do {
      try make(entry.path, "make") { parent, name in
        switch entry.kind {
        case .symlink: withCString(entry.link) { symlinkat($0, parent, name) }
        case .fifo: mknodat(parent, name, S_IFIFO | 0o600, 0)
        default: mknodat(parent, name, Self.type(of: entry) | 0o600, Self.device(of: entry))
        }
      }
    } catch let error as FileError where error.errno == EPERM && entry.kind != .symlink {
      // Not everybody may make devices. Nobody misses them: /dev of a container is not the image's.
      return
    }
    let handle = try parentHandle(of: entry.path)
    let attributes = Attributes(entry: entry, modified: modified, form: target.form)
    let path = Array(target.directory.utf8) + [UInt8(ascii: "/")] + entry.path.bytes
    try withCString(entry.path.name) { try attributes.apply(to: $0, in: handle.file, path: path) }
  }

  private static func type(of entry: LayerEntry) -> mode_t {
    entry.kind == .blockDevice ? S_IFBLK : S_IFCHR
  }

  private static func device(of entry: LayerEntry) -> dev_t {
    clinux_makedev(entry.deviceMajor, entry.deviceMinor)
  }

  func link(_ path: TreePath, to existing: TreePath) throws {
    let source = try directory.open(existing.parent, flags: O_RDONLY | O_DIRECTORY)
    try make(path, "link") { parent, name in
      let from = source.descriptor
      return withCString(existing.name) { linkat(from, $0, parent, name, 0) }
    }
  }

  /// Copies a file of the layers below.
  func copyFromBelow(_ existing: TreePath, as entry: LayerEntry, modified: FileTime) throws {
    let source = try openBelow(existing, for: entry)
    let copy = try makeFile(entry.path)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { buffer.deallocate() }
    var offset: Int64 = 0
    while case let count = try source.read(into: buffer), count > 0 {
      try copy.write(offset, UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += Int64(count)
    }
    try copy.finish(entry, modified: modified)
  }

  private func openBelow(_ path: TreePath, for entry: LayerEntry) throws -> File {
    for lower in target.lowerDirectories {
      do {
        let file = try ConfinedDirectory(lower).open(path, flags: O_RDONLY | O_NONBLOCK)
        if try file.status().kind == .file { return file }
        break
      } catch let error as FileError where error.isNotFound { continue }
    }
    throw ArchiveError.missingLinkTarget(entry.path, target: path)
  }

  /// Removes what an earlier entry made, with everything in it.
  func remove(_ path: TreePath) throws {
    parent = nil
    let handle = try parentHandle(of: path)
    let isGone = withCString(path.name) { unlinkat(handle.file.descriptor, $0, 0) } == 0
    if isGone || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else {
      throw FileError("remove", target.directory + path.description)
    }
    try Self.removeTree(path.name, in: directory.open(path.parent))
  }

  private static func removeTree(
    _ name: [UInt8], in parent: borrowing FileSystem.Directory
  ) throws(FileError) {
    let tree = try parent.open(name)
    for entry in try tree.entries() {
      if withCString(entry.name, { unlinkat(tree.descriptor, $0, 0) }) == 0 { continue }
      guard errno == EISDIR || errno == EPERM else { throw FileError("remove from", tree.path) }
      try removeTree(entry.name, in: tree)
    }
    guard withCString(name, { unlinkat(parent.descriptor, $0, AT_REMOVEDIR) }) == 0 else {
      throw FileError("remove", tree.path)
    }
  }

  /// Makes the whiteouts, and gives the directories their attributes.
  func finish(_ layer: SettledLayer) throws {
    for path in layer.whiteouts {
      try make(path, "make the whiteout") { mknodat($0, $1, S_IFCHR | 0o000, 0) }
    }
    for found in layer.directories.reversed() { try finish(found) }
  }

  func finish(_ found: SettledLayer.Directory) throws {
    let file = try directory.open(found.entry.path, flags: O_RDONLY | O_DIRECTORY)
    let attributes = Attributes(entry: found.entry, modified: found.modified, form: target.form)
    try attributes.apply(to: file)
  }
}
