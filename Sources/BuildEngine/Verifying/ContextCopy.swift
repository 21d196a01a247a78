package import ContextScan
import FileSystem
import Glibc
import OCI

/// A copy of a context that differs from it in nothing that may count: the files are made in another
/// order, at another place and time.
package enum ContextCopy {
  /// What times of the copied files start from: a day in 2001, in seconds since 1970.
  private static let time: Int64 = 1_000_000_000
  private static let blockSize = 1 << 20

  /// - Parameters:
  ///   - tree: All that is copied.
  ///   - directory: Absolute; empty.
  /// - Throws: `ContextError.changedWhileReading` for what is gone meanwhile, `FileError`.
  package static func make(
    of tree: ContextTree, in directory: String, isCancelled: () -> Bool
  ) throws {
    var firsts: [LinkIdentity: String] = [:]
    for (offset, entry) in tree.entries.enumerated().reversed() {
      if isCancelled() { throw BuildError.interrupted }
      let target = directory + entry.path.description
      if entry.status.kind == .directory {
        try FileTree.makeDirectories(target)
        continue
      }
      try FileTree.makeDirectories(FileTree.parentPath(of: target))
      if let identity = tree.linkIdentity(of: entry.path) {
        if let first = firsts[identity] {
          guard link(first, target) == 0 else { throw FileError("link", target) }
          continue
        }
        firsts[identity] = target
      }
      try copy(entry, from: tree.root + entry.path.description, to: target, number: offset)
    }
    for entry in tree.entries.reversed() where entry.status.kind == .directory {
      try setMode(of: directory + entry.path.description, to: entry.status)
    }
  }

  private static func copy(
    _ entry: ContextEntry, from source: String, to target: String, number: Int
  ) throws {
    switch entry.status.kind {
    case .file: try copyFile(from: source, to: target, entry, number)
    case .symlink: try FileTree.makeLink(target, to: entry.link)
    case .fifo, .characterDevice, .blockDevice:
      let made = mknod(target, entry.status.mode, dev_t(entry.status.deviceNumber))
      guard made == 0 else { throw FileError("make", target) }
      try setMode(of: target, to: entry.status)
    case .directory, .socket: break
    }
  }

  private static func copyFile(
    from source: String, to target: String, _ entry: ContextEntry, _ number: Int
  ) throws {
    guard FileTree.exists(source) else { throw ContextError.changedWhileReading(entry.path) }
    let input = try File.open(source)
    let output = try File.create(target)
    try withUnsafeTemporaryAllocation(byteCount: blockSize, alignment: 16) { buffer in
      while case let count = try input.read(into: buffer), count > 0 {
        try output.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
    try setMode(of: target, to: entry.status)
    try output.setModified((time + Int64(number)) * 1_000_000_000)
  }

  private static func setMode(of path: String, to status: FileStatus) throws {
    guard chmod(path, mode_t(status.permissions)) == 0 else {
      throw FileError("set the mode of", path)
    }
  }
}
