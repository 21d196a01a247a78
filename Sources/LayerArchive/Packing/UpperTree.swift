import CLinux
import FileSystem
import Glibc
import OCI

/// Everything in an overlay's upper directory, and what is changed in it.
///
/// Nobody else uses the directory any more, and each directory on the way to an item was opened
/// without following links: its paths can be trusted.
struct UpperTree: ~Copyable {
  let root: FileSystem.Directory
  private let form: OverlayForm
  /// In order of path; the first is the directory itself.
  let items: [UpperItem]

  init(_ path: String, form: OverlayForm) throws {
    let root = try FileSystem.Directory.open(path)
    let items = try UpperWalk(root, form: form).items
    self.items = items.sorted { $0.entry.path < $1.entry.path }
    self.form = form
    self.root = root
  }

  /// The path on disk.
  private func location(_ path: TreePath) -> [UInt8] {
    path.isRoot ? Array(root.path.utf8) : Array(root.path.utf8) + [UInt8(ascii: "/")] + path.bytes
  }

  /// The position of what is at `path`.
  func position(of path: TreePath) -> Int? {
    var low = 0
    var high = items.count
    while low < high {
      let middle = (low + high) / 2
      if items[middle].entry.path < path { low = middle + 1 } else { high = middle }
    }
    return low < items.count && items[low].entry.path == path ? low : nil
  }

  func content(of path: TreePath) -> FileContent {
    .fileAt(directory: root.descriptor, name: path.bytes)
  }

  func digest(of path: TreePath) throws -> Digest {
    var cursor = try ContentCursor(content(of: path), for: path)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { buffer.deallocate() }
    var hash = SHA256()
    while case let count = try cursor.read(into: buffer), count > 0 {
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    return hash.finalize()
  }
}

extension UpperTree {
  /// Removes a file or an empty directory.
  func remove(_ path: TreePath, isDirectory: Bool) throws {
    FaultInjection.beforeRemoval()
    let result = withCString(path.bytes) {
      unlinkat(root.descriptor, $0, isDirectory ? AT_REMOVEDIR : 0)
    }
    // What is not empty holds something that is mounted there.
    guard result == 0 || (isDirectory && errno == ENOTEMPTY) else {
      throw FileError("remove", root.path + path.description)
    }
  }

  /// Takes away what the overlay has noted on an item and the layer does not say, so that
  /// the directory is what unpacking the layer would give.
  func tidy(_ item: UpperItem) throws {
    if item.entry.kind == .whiteout, item.status.kind == .file {
      try remove(item.entry.path, isDirectory: false)
      let made = withCString(item.entry.path.bytes) {
        mknodat(root.descriptor, $0, S_IFCHR | 0o000, 0)
      }
      guard made == 0 else {
        throw FileError("make the whiteout", root.path + item.entry.path.description)
      }
      return
    }
    for name in item.overlayAttributes where !(item.entry.isOpaque && name == form.opaqueAttribute)
    {
      try ExtendedAttributes.remove(name, from: location(item.entry.path))
    }
  }

  /// Sets both times; a link is not followed.
  func setTimes(of path: TreePath, to seconds: Int64) throws {
    let time = timespec(tv_sec: Int(seconds), tv_nsec: 0)
    let name = path.isRoot ? [UInt8(ascii: ".")] : path.bytes
    let result = withCString(name) {
      utimensat(root.descriptor, $0, [time, time], AT_SYMLINK_NOFOLLOW)
    }
    guard result == 0 else {
      throw FileError("change the times of", root.path + path.description)
    }
  }
}
