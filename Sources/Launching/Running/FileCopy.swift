import FileSystem
import Glibc

/// Copies what a program left, so that a reader sees the old or the new and never a part. No link
/// is followed, and none that leads out of what is copied is made.
enum FileCopy {
  private static let blockSize = 1 << 20

  /// - Parameters:
  ///   - source: A file, or a directory with all that is in it.
  ///   - destination: Its folder is made when it is missing; what is there is replaced.
  static func copy(_ source: String, to destination: String) throws(FileError) {
    try FileTree.makeDirectories(FileTree.parentPath(of: destination))
    let temporary = "\(destination).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
    do throws(FileError) {
      try copyAnything(source, to: temporary, depth: 0)
      if try FileStatus.of(temporary, followLink: false)?.kind == .directory {
        try FileTree.remove(destination)
      }
      try FileTree.rename(temporary, to: destination)
    } catch {
      try? FileTree.remove(temporary)
      throw error
    }
  }

  private static func copyAnything(
    _ source: String, to destination: String, depth: Int
  ) throws(FileError) {
    guard let status = try FileStatus.of(source, followLink: false) else {
      throw FileError("find", source, errno: ENOENT)
    }
    switch status.kind {
    case .file: try copyFile(source, to: destination)
    case .directory:
      try FileTree.makeDirectories(destination)
      for entry in try Directory.entries(of: source) {
        let name = String(decoding: entry.name, as: UTF8.self)
        try copyAnything("\(source)/\(name)", to: "\(destination)/\(name)", depth: depth + 1)
      }
    case .symlink where depth > 0: try copyLink(source, to: destination, depth: depth)
    // Devices, pipes and sockets are no results.
    default: return
    }
  }

  private static func copyLink(
    _ source: String, to destination: String, depth: Int
  ) throws(FileError) {
    let target = String(decoding: try FileTree.linkTarget(of: source), as: UTF8.self)
    let ups = target.split(separator: "/").count { $0 == ".." }
    guard !target.hasPrefix("/"), ups < depth else { return }
    guard symlink(target, destination) == 0 else { throw FileError("link", destination) }
  }

  private static func copyFile(_ source: String, to destination: String) throws(FileError) {
    let input = try File.open(source, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    let status = try input.status()
    guard status.kind == .file else { throw FileError("read", source, errno: EINVAL) }
    let output = try File.create(
      destination, permissions: UInt32(status.permissions & 0o777 | 0o200))
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: blockSize, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try input.read(into: buffer)
      if count == 0 { return }
      try output.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
