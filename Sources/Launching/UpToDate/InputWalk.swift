import FileSystem
import Glibc
import OCI
import Project

/// One number for what is at a path of the host: a file, or a directory with all that is in it.
///
/// A link that leads out of the directory is followed, because a run on the host would, and its
/// target may change without it.
struct InputWalk {
  /// Absolute paths that do not count: the state, and what the run itself makes.
  let excluded: Set<String>
  /// Waited for where stat records are to speak for what will be changed later; nil only compares.
  var clock: (any FileClock)?

  private struct Found {
    let path: TreePath
    let location: String
    let status: FileStatus
  }

  func digest(of path: String, _ check: RunInput.Check) throws(FileError) -> Digest {
    var found = try find(path)
    if check == .stat, let clock {
      // A change in the moment of the last one would leave no trace.
      for file in found where file.status.kind != .directory {
        try? clock.waitUntil(after: file.status)
      }
      found = try find(path)
    }
    switch check {
    case .content: return try Self.contentDigest(found)
    case .stat: return try Self.textDigest(found) { "\(Self.kind($0)) \($0.numbers)" }
    case .listing: return try Self.textDigest(found, Self.kind)
    }
  }

  // MARK: Walking

  private func find(_ path: String) throws(FileError) -> [Found] {
    var found: [Found] = []
    var visited: Set<[UInt64]> = []
    let root = try FileTree.canonicalPath(path)
    try walk(root, as: .root, root: root, into: &found, &visited)
    return found.sorted { $0.path < $1.path }
  }

  private func walk(
    _ location: String, as path: TreePath, root: String, into found: inout [Found],
    _ visited: inout Set<[UInt64]>
  ) throws(FileError) {
    if excluded.contains(location) { return }
    guard let status = try FileStatus.of(location, followLink: false) else {
      throw FileError("find", location, errno: ENOENT)
    }
    found.append(Found(path: path, location: location, status: status))
    if status.kind == .symlink {
      guard let target = try? FileTree.canonicalPath(location),
        TreePath(target).relative(to: TreePath(root)) == nil
      else { return }
      // No file can have this name beside the link's.
      try walk(
        target, as: path.appending(name: Array("->".utf8)), root: root, into: &found, &visited)
    }
    guard status.kind == .directory, visited.insert([status.device, status.inode]).inserted else {
      return
    }
    for entry in try Directory.entries(of: location) {
      let name = String(decoding: entry.name, as: UTF8.self)
      try walk(
        "\(location)/\(name)", as: path.appending(name: entry.name), root: root, into: &found,
        &visited)
    }
  }

  // MARK: Digests

  private static func kind(_ status: FileStatus) -> String { "\(status.kind.rawValue)" }

  private static func contentDigest(_ found: [Found]) throws(FileError) -> Digest {
    var digest = TreeDigest()
    for file in found {
      var entry = LayerEntry(
        path: file.path, kind: file.status.kind.layerKind, permissions: file.status.permissions)
      if file.status.kind == .symlink { entry.link = try FileTree.linkTarget(of: file.location) }
      if file.status.kind == .file {
        entry.size = file.status.size
        entry.content = try contentDigest(of: file.location)
      }
      digest.add(entry)
    }
    return digest.finalize()
  }

  static func contentDigest(of path: String) throws(FileError) -> Digest {
    let file = try File.open(path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    var hash = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try file.read(into: buffer)
      if count == 0 { return hash.finalize() }
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  private static func textDigest(
    _ found: [Found], _ text: (FileStatus) -> String
  ) throws(FileError) -> Digest {
    var hash = SHA256()
    for file in found {
      hash.update(file.path.bytes + [0] + Array(text(file.status).utf8) + [0])
      if file.status.kind == .symlink {
        hash.update(try FileTree.linkTarget(of: file.location) + [0])
      }
    }
    return hash.finalize()
  }
}

extension FileStatus {
  /// What changes with every write. A directory's own are left out: those of what is in it count.
  fileprivate var numbers: String {
    kind == .directory ? "\(permissions)" : "\(permissions) \(size) \(modified) \(changed)"
  }
}

extension FileStatus.Kind {
  fileprivate var layerKind: LayerEntry.Kind {
    switch self {
    case .file: .file
    case .directory: .directory
    case .symlink: .symlink
    case .characterDevice: .characterDevice
    case .blockDevice: .blockDevice
    case .fifo, .socket: .fifo
    }
  }
}
