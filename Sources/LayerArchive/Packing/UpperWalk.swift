import FileSystem
import Glibc
import OCI

/// Lists what is in an overlay's upper directory.
struct UpperWalk {
  private let root: [UInt8]
  private let device: UInt64
  private let form: OverlayForm
  private let removesSockets: Bool
  /// In the order in which they were found.
  private(set) var items: [UpperItem] = []

  /// What is mounted is not entered.
  /// - Parameter removesSockets: A layer cannot have them.
  init(
    _ directory: borrowing FileSystem.Directory, form: OverlayForm, removesSockets: Bool = true
  ) throws {
    guard let status = try FileStatus.of(directory.path, followLink: true) else {
      throw FileError("find", directory.path, errno: ENOENT)
    }
    root = Array(directory.path.utf8)
    device = status.device
    (self.form, self.removesSockets) = (form, removesSockets)
    items.append(UpperItem(.root, status, try ExtendedAttributes.read(root), form))
    try collect(directory, at: .root)
  }

  private mutating func collect(
    _ directory: borrowing FileSystem.Directory, at path: TreePath
  ) throws {
    for found in try directory.entries() {
      guard let status = try directory.status(of: found.name), status.device == device else {
        continue
      }
      if status.kind == .socket, removesSockets {
        try remove(found.name, from: directory)
        continue
      }
      let child = path.appending(name: found.name)
      let attributes = try ExtendedAttributes.read(root + [UInt8(ascii: "/")] + child.bytes)
      var item = UpperItem(child, status, attributes, form)
      if item.entry.kind == .symlink {
        item.entry.link = try linkTarget(found.name, in: directory)
      }
      items.append(item)
      if item.entry.kind == .directory {
        try collect(directory.open(found.name), at: child)
      }
    }
  }

  private func remove(
    _ name: [UInt8], from directory: borrowing FileSystem.Directory
  ) throws(FileError) {
    let descriptor = directory.descriptor
    guard withCString(name, { unlinkat(descriptor, $0, 0) }) == 0 else {
      throw FileError("remove a socket from", directory.path)
    }
  }

  private func linkTarget(
    _ name: [UInt8], in directory: borrowing FileSystem.Directory
  ) throws -> [UInt8] {
    let descriptor = directory.descriptor
    let target: [UInt8]? = withUnsafeTemporaryAllocation(
      of: CChar.self, capacity: Int(PATH_MAX)
    ) { buffer in
      guard let base = buffer.baseAddress else { return nil }
      let count = withCString(name) { readlinkat(descriptor, $0, base, buffer.count) }
      return count < 0 ? nil : buffer[..<count].map(UInt8.init(bitPattern:))
    }
    guard let target else { throw FileError("read a link in", directory.path) }
    return target
  }
}
