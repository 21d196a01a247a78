import CLinux
import Glibc

/// Changes to the file system as one step each.
package enum FileTree {
  package static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  package static func read(_ path: String) throws(FileError) -> [UInt8] {
    try File.open(path).readToEnd()
  }

  /// - Returns: nil when there is no such file.
  package static func readIfPresent(_ path: String) throws(FileError) -> [UInt8]? {
    do throws(FileError) { return try read(path) } catch {
      if error.isNotFound { return nil }
      throw error
    }
  }

  /// Makes a directory and those above it; one that is there already is fine.
  package static func makeDirectories(
    _ path: String, permissions: UInt32 = 0o755
  ) throws(FileError) {
    if !exists(path) { try FaultInjection.beforeWrite(path) }
    if mkdir(path, permissions) == 0 { return }
    switch errno {
    case EEXIST:
      if try FileStatus.of(path, followLink: true)?.kind == .directory { return }
      throw FileError("make the directory", path, errno: ENOTDIR)
    case ENOENT:
      let parent = parentPath(of: path)
      guard parent != path, !parent.isEmpty else {
        throw FileError("make the directory", path, errno: ENOENT)
      }
      try makeDirectories(parent, permissions: permissions)
      guard mkdir(path, permissions) == 0 || errno == EEXIST else {
        throw FileError("make the directory", path)
      }
    default: throw FileError("make the directory", path)
    }
  }

  package static func rename(_ from: String, to: String) throws(FileError) {
    try FaultInjection.beforeWrite(to)
    guard Glibc.rename(from, to) == 0 else { throw FileError("rename to", to) }
  }

  /// Gives each of two things the other's path, in one step where the file system can do that.
  package static func exchange(_ first: String, _ second: String) throws(FileError) {
    try FaultInjection.beforeWrite(second)
    if clinux_exchange(first, second) == 0 { return }
    guard errno == EINVAL || errno == ENOSYS else { throw FileError("exchange with", second) }
    try rename(second, to: first + "-other")
    try rename(first, to: second)
    try rename(first + "-other", to: first)
  }

  /// Removes a file; one that is not there is fine.
  package static func removeFile(_ path: String) throws(FileError) {
    FaultInjection.beforeRemoval()
    guard unlink(path) == 0 || errno == ENOENT else { throw FileError("remove", path) }
  }

  /// Removes a file or a whole directory; nothing there is fine. Links are not followed.
  package static func remove(_ path: String) throws(FileError) {
    FaultInjection.beforeRemoval()
    if unlink(path) == 0 || errno == ENOENT { return }
    guard errno == EISDIR || errno == EPERM else { throw FileError("remove", path) }
    chmod(path, 0o700)
    let top = try Directory.open(path)
    while try removeContents(of: top, depth: 0, top: top) {}
    guard rmdir(path) == 0 || errno == ENOENT else { throw FileError("remove", path) }
  }

  /// Each level keeps a descriptor open, and there may be more levels than descriptors.
  private static let depthLimit = 100

  /// - Returns: Whether something was too deep, and now lies in `top`.
  private static func removeContents(
    of directory: borrowing Directory, depth: Int, top: borrowing Directory
  ) throws(FileError) -> Bool {
    let parent = directory.descriptor
    var isLeft = false
    for entry in try directory.entries() {
      FaultInjection.beforeRemoval()
      if withName(entry.name, { unlinkat(parent, $0, 0) }) == 0 || errno == ENOENT { continue }
      guard errno == EISDIR || errno == EPERM else { throw FileError("remove", directory.path) }
      _ = withName(entry.name) { fchmodat(parent, $0, 0o700, 0) }
      if depth == depthLimit {
        let name = "deep-\(UInt64.random(in: 0 ... .max))"
        guard withName(entry.name, { renameat(parent, $0, top.descriptor, name) }) == 0 else {
          throw FileError("remove", directory.path)
        }
        isLeft = true
        continue
      }
      let inner = try directory.open(entry.name)
      if try removeContents(of: inner, depth: depth + 1, top: top) { isLeft = true }
      guard withName(entry.name, { unlinkat(parent, $0, AT_REMOVEDIR) }) == 0 || errno == ENOENT
      else { throw FileError("remove", directory.path) }
    }
    return isLeft
  }

  /// Replaces a file's contents: a reader sees the old or the new, never a part.
  ///
  /// - Parameter folder: Where the new file is first, of the same file system; nil is beside the
  ///   old one, where it stays when the process is killed in between.
  package static func replace(
    _ path: String, with bytes: [UInt8], permissions: UInt32 = 0o644, durable: Bool = false,
    through folder: String? = nil, modified: FileTime? = nil
  ) throws(FileError) {
    let place = folder.map { "\($0)/\(lastComponent(of: path))" } ?? path
    let temporary = "\(place).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
    do throws(FileError) {
      let file = try File.create(temporary, permissions: permissions)
      try file.write(bytes)
      if let modified { try file.setModified(modified) }
      if durable { try file.synchronize() }
      try rename(temporary, to: path)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Makes a symbolic link; what it leads to need not be there.
  package static func makeLink(_ path: String, to target: [UInt8]) throws(FileError) {
    try FaultInjection.beforeWrite(path)
    guard withName(target, { symlink($0, path) }) == 0 else {
      throw FileError("make the link", path)
    }
  }

  package static func linkTarget(of path: String) throws(FileError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes {
      $0.withMemoryRebound(to: CChar.self) { chars in
        chars.baseAddress.map { readlink(path, $0, chars.count) } ?? -1
      }
    }
    guard count >= 0 else { throw FileError("read the link", path) }
    return Array(buffer[..<count])
  }

  /// The absolute path with all links resolved.
  package static func canonicalPath(_ path: String) throws(FileError) -> String {
    guard let resolved = realpath(path, nil) else { throw FileError("find", path) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  package static func parentPath(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  package static func lastComponent(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }
}
