import FileSystem
import Glibc

/// Contents of files one after the other, in a file without a name: it is gone when nobody has it
/// open any more, however the process ends.
final class Spool {
  /// Where one file's content is, in bytes.
  struct Extent {
    let offset: Int64
    let size: Int64
  }

  private let handle: SpoolHandle
  private var end: Int64 = 0

  init(in directory: String) throws {
    handle = SpoolHandle(try Self.openUnnamed(in: directory))
  }

  private static func openUnnamed(in directory: String) throws(FileError) -> File {
    let path = "\(directory)/spool.\(getpid()).\(UInt64.random(in: 0 ... .max))"
    let file = try File.create(path, permissions: 0o600)
    try FileTree.removeFile(path)
    return file
  }

  /// Adds a file of `size` bytes: `fill` gives the parts that are not zero to its argument.
  func append<Result>(
    size: Int64, fill: ((Int64, UnsafeRawBufferPointer) throws -> Void) throws -> Result
  ) throws -> (Extent, Result) {
    let extent = Extent(offset: end, size: size)
    let result = try fill { offset, block in
      let file = self.handle
      guard lseek(file.descriptor, off_t(extent.offset + offset), SEEK_SET) >= 0 else {
        throw FileError("seek in", file.path)
      }
      try file.write(block)
    }
    end += size
    guard ftruncate(handle.descriptor, off_t(end)) == 0 else {
      throw FileError("write", handle.path)
    }
    return (extent, result)
  }

  /// Hands out the file for reading.
  func finish() -> SpoolHandle { handle }
}

/// The spool's file, kept open by whoever reads from it.
final class SpoolHandle: Sendable {
  private let file: File

  init(_ file: consuming File) { self.file = file }

  var descriptor: Int32 { file.descriptor }
  var path: String { file.path }

  func write(_ bytes: UnsafeRawBufferPointer) throws { try file.write(bytes) }

  func content(_ extent: Spool.Extent) -> FileContent {
    .reader { offset, buffer in
      let left = max(extent.size - offset, 0)
      let count = Int(min(Int64(buffer.count), left))
      if count == 0 { return 0 }
      return try self.file.read(
        at: extent.offset + offset, into: .init(rebasing: buffer[..<count]))
    }
  }
}
