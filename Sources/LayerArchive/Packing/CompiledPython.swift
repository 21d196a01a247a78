import CLinux
import FileSystem
import Glibc
import OCI

/// Keeps Python's compiled files valid when their sources get a constant time.
///
/// A `.pyc` file names the time and size of the source that it was made from. Those that name
/// exactly the source beside them are told the source's new time.
///
/// Source: PEP 552 (header: magic, flags, time, size; 32 bits each, little-endian), PEP 3147 (where
/// the source is).
enum CompiledPython {
  /// - Parameter epoch: What the sources' time will be, in seconds since 1970-01-01T00:00:00Z.
  static func retime(in tree: borrowing UpperTree, to epoch: Int64) throws {
    for item in tree.items where item.entry.kind == .file && item.status.size >= 16 {
      guard let path = source(of: item.entry.path), let position = tree.position(of: path) else {
        continue
      }
      let source = tree.items[position]
      guard source.entry.kind == .file else { continue }
      try retime(item.entry.path, madeFrom: source.status, in: tree, to: epoch)
    }
  }

  /// The source that a compiled file is made from; nil when the name is none of a compiled file.
  static func source(of path: TreePath) -> TreePath? {
    var name = path.name
    guard name.count > 4, name.suffix(4).elementsEqual(".pyc".utf8) else { return nil }
    name.removeLast(4)
    guard path.parent.name.elementsEqual("__pycache__".utf8) else {
      return path.parent.appending(name: name + Array(".py".utf8))
    }
    // "x.cpython-311" or "x.cpython-311.opt-1"; no tag has a dot in it.
    if let dot = name.lastIndex(of: UInt8(ascii: ".")),
      name[dot...].starts(with: ".opt-".utf8)
    {
      name.removeSubrange(dot...)
    }
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    name.removeSubrange(dot...)
    return path.parent.parent.appending(name: name + Array(".py".utf8))
  }

  private static func retime(
    _ path: TreePath, madeFrom source: FileStatus, in tree: borrowing UpperTree, to epoch: Int64
  ) throws {
    let shown = tree.root.path + path.description
    let file = try open(path, O_RDONLY, in: tree)
    var header = [UInt8](repeating: 0, count: 16)
    let count = try header.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    guard count == header.count, isHeader(header, of: source) else { return }
    let time = UInt32(truncatingIfNeeded: epoch).littleEndian
    let writable = try open(path, O_WRONLY, in: tree)
    let written = withUnsafeBytes(of: time) { pwrite(writable.descriptor, $0.baseAddress, 4, 8) }
    guard written == 4 else { throw FileError("write", shown) }
  }

  private static func isHeader(_ header: [UInt8], of source: FileStatus) -> Bool {
    let seconds = source.modified.flooredQuotient(by: 1_000_000_000)
    return header.withUnsafeBytes { bytes in
      func number(_ offset: Int) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      }
      return bytes[2] == 0x0d && bytes[3] == 0x0a && number(4) == 0
        && number(8) == UInt32(truncatingIfNeeded: seconds)
        && number(12) == UInt32(truncatingIfNeeded: source.size)
    }
  }

  private static func open(
    _ path: TreePath, _ flags: Int32, in tree: borrowing UpperTree
  ) throws(FileError) -> File {
    let root = tree.root.descriptor
    let shown = tree.root.path + path.description
    func attempt() -> Int32 {
      withCString(path.bytes) { clinux_openat(root, $0, flags | O_NOFOLLOW | O_CLOEXEC, 0) }
    }
    var descriptor = attempt()
    if descriptor < 0, errno == EACCES, let position = tree.position(of: path) {
      // Read-only, and this is not root: its owner may open it for a moment.
      let permissions = mode_t(tree.items[position].status.permissions)
      withCString(path.bytes) { _ = fchmodat(root, $0, permissions | 0o600, 0) }
      descriptor = attempt()
      withCString(path.bytes) { _ = fchmodat(root, $0, permissions, 0) }
    }
    guard descriptor >= 0 else { throw FileError("open", shown) }
    return File(descriptor: descriptor, path: shown)
  }
}

extension Int64 {
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
