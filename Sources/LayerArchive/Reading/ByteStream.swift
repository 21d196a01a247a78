import OCI

/// Bytes that come in blocks.
protocol ByteStream: AnyObject {
  /// - Returns: The next bytes, valid until the next call; empty only at the end.
  func next() throws -> UnsafeRawBufferPointer
}

/// A blob from its start to its end.
final class BlobStream: ByteStream {
  private let blob: any BlobReader
  private var offset: Int64 = 0
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)

  init(_ blob: any BlobReader) { self.blob = blob }

  deinit { buffer.deallocate() }

  func next() throws -> UnsafeRawBufferPointer {
    let count = try blob.read(at: offset, into: buffer)
    offset += Int64(count)
    return UnsafeRawBufferPointer(rebasing: buffer[..<count])
  }
}

/// A file's content from its start to its end.
final class ContentStream: ByteStream {
  private var cursor: ContentCursor
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)

  init(_ content: FileContent, named path: TreePath) throws {
    cursor = try ContentCursor(content, for: path)
  }

  deinit { buffer.deallocate() }

  func next() throws -> UnsafeRawBufferPointer {
    let count = try cursor.read(into: buffer)
    return UnsafeRawBufferPointer(rebasing: buffer[..<count])
  }
}

/// Passes bytes on and stops at a limit, in bytes.
final class LimitedStream: ByteStream {
  private let source: any ByteStream
  private let limit: Int64
  private(set) var count: Int64 = 0

  init(_ source: any ByteStream, limit: Int64) {
    self.source = source
    self.limit = limit
  }

  func next() throws -> UnsafeRawBufferPointer {
    let bytes = try source.next()
    count += Int64(bytes.count)
    guard count <= limit else { throw ArchiveError.tooLarge(limit: limit) }
    return bytes
  }
}

/// Passes bytes on and hashes them.
final class HashingStream: ByteStream {
  private let source: any ByteStream
  private var hash = SHA256()

  init(_ source: any ByteStream) { self.source = source }

  func next() throws -> UnsafeRawBufferPointer {
    let bytes = try source.next()
    hash.update(bytes)
    return bytes
  }

  /// Reads what is left.
  /// - Returns: The digest of everything.
  func finish() throws -> Digest {
    while try !next().isEmpty {}
    return hash.finalize()
  }
}
