import CLinux
import Glibc

/// An open directory: its names, and what is behind them without following links.
package struct Directory: ~Copyable {
  package struct Entry: Sendable {
    /// As the file system has it: any bytes but NUL and '/'.
    package let name: [UInt8]
    /// nil where the file system does not say without a stat.
    package let kind: FileStatus.Kind?
  }

  package let descriptor: Int32
  package let path: String

  package init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  package static func open(_ path: String) throws(FileError) -> Directory {
    let descriptor = clinux_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw FileError("open", path) }
    return Directory(descriptor: descriptor, path: path)
  }

  /// Opens a directory inside this one; a link is not followed.
  package func open(_ name: [UInt8]) throws(FileError) -> Directory {
    let child = path + "/" + String(decoding: name, as: UTF8.self)
    let descriptor = withName(name) {
      clinux_openat(self.descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
    }
    guard descriptor >= 0 else { throw FileError("open", child) }
    return Directory(descriptor: descriptor, path: child)
  }

  /// The names in the file system's order, without "." and "..".
  package func entries() throws(FileError) -> [Entry] {
    // From the first name on, also for somebody who asks twice.
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileError("list", path) }
    var found: [Entry] = []
    let size = 1 << 15
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
    defer { buffer.deallocate() }
    while true {
      let filled = clinux_getdents64(descriptor, buffer.baseAddress, UInt(size))
      guard filled >= 0 else { throw FileError("list", path) }
      if filled == 0 { return found }
      Self.parse(UnsafeRawBufferPointer(rebasing: buffer[..<filled]), into: &found)
    }
  }

  package static func entries(of path: String) throws(FileError) -> [Entry] {
    try open(path).entries()
  }

  /// Brings everything that was written to its file system to the disk.
  package func synchronizeFileSystem() throws(FileError) {
    guard clinux_syncfs(descriptor) == 0 else { throw FileError("sync", path) }
  }

  /// - Returns: nil when the name is gone.
  package func status(of name: [UInt8]) throws(FileError) -> FileStatus? {
    var raw = stat()
    if withName(name, { fstatat(descriptor, $0, &raw, AT_SYMLINK_NOFOLLOW) }) == 0 {
      return FileStatus(raw)
    }
    if errno == ENOENT { return nil }
    throw FileError("stat", path + "/" + String(decoding: name, as: UTF8.self))
  }

  /// struct linux_dirent64: ino 8 bytes, off 8, reclen 2, type 1, then the name with a NUL.
  private static func parse(_ records: UnsafeRawBufferPointer, into found: inout [Entry]) {
    var at = 0
    while at < records.count {
      let length = Int(records.loadUnaligned(fromByteOffset: at + 16, as: UInt16.self))
      let type = records[at + 18]
      let field = records[(at + 19)..<(at + length)]
      let name = Array(field.prefix { $0 != 0 })
      if name != [UInt8(ascii: ".")], name != Array("..".utf8) {
        found.append(Entry(name: name, kind: kind(type)))
      }
      at += length
    }
  }

  private static func kind(_ type: UInt8) -> FileStatus.Kind? {
    switch Int(type) {
    case DT_REG: .file
    case DT_DIR: .directory
    case DT_LNK: .symlink
    case DT_CHR: .characterDevice
    case DT_BLK: .blockDevice
    case DT_FIFO: .fifo
    case DT_SOCK: .socket
    default: nil
    }
  }
}

/// Lends a name as a C string.
func withName<Result>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
  var terminated = name
  terminated.append(0)
  return terminated.withUnsafeBytes { bytes in
    bytes.withMemoryRebound(to: CChar.self) { chars in
      guard let base = chars.baseAddress else { return body("") }
      return body(base)
    }
  }
}
