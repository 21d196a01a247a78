import CLinux
import FileSystem
import Glibc
import OCI

/// Reads a ``FileContent`` from its start to its end.
struct ContentCursor: ~Copyable {
  private enum Source: ~Copyable {
    case bytes([UInt8])
    case file(File)
    case reader(FileContent.Read)
  }

  private let source: Source
  private var offset: Int64 = 0

  /// - Parameter path: What the content will be in the layer, for errors.
  /// - Throws: ``ArchiveError/contentChanged(_:)`` when there is no regular file any more.
  init(_ content: FileContent, for path: TreePath) throws {
    switch content {
    case .none: source = .bytes([])
    case .bytes(let bytes): source = .bytes(bytes)
    case .reader(let read): source = .reader(read)
    case .file(let name): source = .file(try Self.open(AT_FDCWD, name, for: path))
    case .fileAt(let directory, let name):
      source = .file(try Self.open(directory, String(decoding: name, as: UTF8.self), name, path))
    }
  }

  private static func open(_ directory: Int32, _ name: String, for path: TreePath) throws -> File {
    try open(directory, name, Array(name.utf8), path)
  }

  private static func open(
    _ directory: Int32, _ shown: String, _ name: [UInt8], _ path: TreePath
  ) throws -> File {
    // Without O_NONBLOCK a file that has become a named pipe would stop everything.
    let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let descriptor = withCString(name) { clinux_openat(directory, $0, flags, 0) }
    guard descriptor >= 0 else {
      let failure = FileError("open", shown)
      let isGone = failure.isNotFound || failure.errno == ELOOP || failure.errno == ENXIO
      throw isGone ? ArchiveError.contentChanged(path) : failure
    }
    let file = File(descriptor: descriptor, path: shown)
    guard try file.status().kind == .file else { throw ArchiveError.contentChanged(path) }
    return file
  }

  /// - Returns: How many bytes were read; 0 only at the end.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count: Int
    switch source {
    case .bytes(let bytes):
      count = min(buffer.count, bytes.count - Int(offset))
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: .init(rebasing: $0[Int(offset)..<(Int(offset) + count)]))
      }
    case .file(let file): count = try file.read(into: buffer)
    case .reader(let read): count = try read(offset, buffer)
    }
    offset += Int64(count)
    return count
  }
}

/// Lends a name as a C string.
func withCString<Result, Failure: Error>(
  _ name: [UInt8], _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
) throws(Failure) -> Result {
  let terminated = ContiguousArray(unsafeUninitializedCapacity: name.count + 1) { chars, count in
    for (index, byte) in name.enumerated() { chars[index] = CChar(bitPattern: byte) }
    chars[name.count] = 0
    count = name.count + 1
  }
  return try terminated.withUnsafeBufferPointer { (chars) throws(Failure) -> Result in
    guard let base = chars.baseAddress else { return try body("") }
    return try body(base)
  }
}
