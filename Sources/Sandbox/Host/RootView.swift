import CLinux
import FileSystem
import Glibc
import OCI

/// A mounted root file system, looked at from outside as from inside: links lead where they lead
/// for the command, never out.
struct RootView: ~Copyable {
  /// Where a path leads.
  struct Place: Equatable {
    /// Without links.
    let path: TreePath
    /// nil when there is nothing; then `missing` says from which component on.
    let kind: FileStatus.Kind?
    /// How many of the path's components are not there.
    let missing: Int
  }

  private static let linkLimit = 40
  private let root: Directory

  init(_ path: String) throws(SandboxError) {
    do throws(FileError) { root = try Directory.open(path) } catch {
      throw setupFailure("open the root file system", errno: error.errno)
    }
  }

  /// Follows every link, the last one too.
  /// - Returns: nil when links lead in a circle.
  func place(of path: String) -> Place? {
    var rest = Array(path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init).reversed())
    var found = TreePath.root
    var kind: FileStatus.Kind? = .directory
    var missing = 0
    var links = 0
    while let component = rest.popLast() {
      if component == Array(".".utf8) { continue }
      if component == Array("..".utf8) {
        if missing > 0 { missing -= 1 }
        found = found.parent
        kind = missing > 0 ? nil : .directory
        continue
      }
      let next = found.appending(name: component)
      kind = missing > 0 ? nil : self.kind(of: next)
      if kind == .symlink, let target = linkTarget(of: next) {
        links += 1
        if links > Self.linkLimit { return nil }
        if target.first == UInt8(ascii: "/") { found = .root }
        rest += target.split(separator: UInt8(ascii: "/")).map(Array.init).reversed()
        kind = .directory
        continue
      }
      if kind == nil { missing += 1 }
      found = next
    }
    return Place(path: found, kind: kind, missing: missing)
  }

  /// The attributes of a place without links.
  func status(of path: TreePath) -> FileStatus? {
    try? root.status(of: path.isRoot ? Array(".".utf8) : path.bytes)
  }

  private func kind(of path: TreePath) -> FileStatus.Kind? { status(of: path)?.kind }

  private func linkTarget(of path: TreePath) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = String(decoding: path.bytes, as: UTF8.self).withCString { name in
      buffer.withUnsafeMutableBytes {
        $0.withMemoryRebound(to: CChar.self) { chars in
          chars.baseAddress.map { readlinkat(root.descriptor, name, $0, chars.count) } ?? -1
        }
      }
    }
    return count < 0 ? nil : Array(buffer[..<count])
  }

  /// Opens a place without links; nil when it is gone, or a link now.
  ///
  /// A ".." that the kernel follows inside a root fails with EAGAIN whenever somebody mounts or
  /// renames something at that moment (openat2(2)): that is why links are followed before.
  func open(_ path: TreePath, flags: Int32) -> File? {
    let name = path.isRoot ? "." : String(decoding: path.bytes, as: UTF8.self)
    let all = UInt64(UInt32(bitPattern: flags | O_CLOEXEC))
    let descriptor = name.withCString {
      clinux_openat2(root.descriptor, $0, all, 0, clinux_resolve_in_root_without_links)
    }
    return descriptor < 0 ? nil : File(descriptor: descriptor, path: path.description)
  }

  /// The contents of a file; empty when there is none. At most `limit` bytes are read, and a pipe or
  /// a device is not opened for long: the root is not to be trusted.
  func contents(of path: String, limit: Int = 1 << 20) -> [UInt8] {
    guard let place = place(of: path), place.kind == .file,
      let file = open(place.path, flags: O_RDONLY | O_NONBLOCK),
      (try? file.status().kind) == .file
    else { return [] }
    var bytes = [UInt8](repeating: 0, count: limit)
    var filled = 0
    bytes.withUnsafeMutableBytes { all in
      while filled < limit,
        let count = try? file.read(into: UnsafeMutableRawBufferPointer(rebasing: all[filled...])),
        count > 0
      {
        filled += count
      }
    }
    return Array(bytes[..<filled])
  }

  var accounts: Accounts {
    Accounts(passwd: contents(of: "etc/passwd"), group: contents(of: "etc/group"))
  }
}
