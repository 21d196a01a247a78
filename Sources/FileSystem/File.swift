import CLinux
import Glibc

/// An open file, closed when it goes out of scope.
package struct File: ~Copyable, Sendable {
  package let descriptor: Int32
  package let path: String

  /// Takes over a descriptor that is already open.
  package init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  /// Opens a file for reading; a link at the end of the path is followed.
  package static func open(_ path: String) throws(FileError) -> File {
    try open(path, flags: O_RDONLY)
  }

  /// Creates a file that must not exist yet.
  package static func create(
    _ path: String, permissions: UInt32 = 0o644
  ) throws(FileError) -> File {
    try FaultInjection.beforeWrite(path)
    return try open(path, flags: O_RDWR | O_CREAT | O_EXCL, permissions: permissions)
  }

  package static func open(
    _ path: String, flags: Int32, permissions: UInt32 = 0o644
  ) throws(FileError) -> File {
    let descriptor = retrying { clinux_open(path, flags | O_CLOEXEC, permissions) }
    guard descriptor >= 0 else { throw FileError("open", path) }
    return File(descriptor: descriptor, path: path)
  }

  package func status() throws(FileError) -> FileStatus {
    var raw = stat()
    guard fstat(descriptor, &raw) == 0 else { throw FileError("stat", path) }
    return FileStatus(raw)
  }

  package func setModified(_ time: FileTime) throws(FileError) {
    let moment = timespec(
      tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
    let times = [moment, moment]
    guard futimens(descriptor, times) == 0 else { throw FileError("set the time of", path) }
  }

  /// Reads at most `buffer.count` bytes.
  /// - Returns: How many were read; 0 at the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    let count = retrying { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
    guard count >= 0 else { throw FileError("read", path) }
    return count
  }

  /// Reads at most `buffer.count` bytes from `offset` on, without moving the file's position.
  package func read(
    at offset: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileError) -> Int {
    let count = retrying { pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
    guard count >= 0 else { throw FileError("read", path) }
    return count
  }

  /// Everything from the file's position to its end.
  package func readToEnd() throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var capacity = Int(clamping: try status().size) + 1
    while true {
      let start = bytes.count
      var failure: FileError?
      var count = 0
      bytes.append(contentsOf: repeatElement(0, count: capacity))
      bytes.withUnsafeMutableBytes { all in
        do throws(FileError) {
          count = try read(into: UnsafeMutableRawBufferPointer(rebasing: all[start...]))
        } catch { failure = error }
      }
      if let failure { throw failure }
      bytes.removeLast(bytes.count - start - count)
      if count == 0 { return bytes }
      capacity = 1 << 16
    }
  }

  /// Writes all of `bytes` at the file's position.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      try FaultInjection.beforeWrite(path)
      let count = retrying {
        Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      }
      guard count >= 0 else { throw FileError("write", path) }
      rest = rest.dropFirst(count)
    }
  }

  package func write(_ bytes: [UInt8]) throws(FileError) {
    var failure: FileError?
    bytes.withUnsafeBytes { buffer in
      do throws(FileError) { try write(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Makes the contents durable: they survive a loss of power.
  package func synchronize() throws(FileError) {
    guard retrying({ fdatasync(descriptor) }) == 0 else { throw FileError("sync", path) }
  }
}

/// Calls again what a signal interrupted.
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}
