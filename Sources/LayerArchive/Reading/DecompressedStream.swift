import CArchive

/// What a compressed stream unpacks to.
final class DecompressedStream: ByteStream {
  private let handle: ArchiveHandle

  init(_ source: any ByteStream, compression: Compression) throws {
    handle = try ArchiveHandle(reading: source) { archive in
      compression.enable(in: archive)
      archive_read_support_format_raw(archive)
      archive_read_support_format_empty(archive)
    }
    try handle.open()
    // The reader itself is the second: a third would be a stream compressed twice.
    guard archive_filter_count(handle.archive) <= 2 else {
      throw ArchiveError.malformed(reason: "it is compressed more than once")
    }
    var entry: OpaquePointer?
    isAtEnd = try !handle.check(archive_read_next_header(handle.archive, &entry))
  }

  private var isAtEnd = false

  func next() throws -> UnsafeRawBufferPointer {
    while !isAtEnd {
      var bytes: UnsafeRawPointer?
      var count = 0
      var offset: Int64 = 0
      let status = archive_read_data_block(handle.archive, &bytes, &count, &offset)
      isAtEnd = try !handle.check(status)
      if count > 0, !isAtEnd { return UnsafeRawBufferPointer(start: bytes, count: count) }
    }
    return UnsafeRawBufferPointer(start: nil, count: 0)
  }
}

/// A stream of which the first block was looked at already.
final class PeekedStream: ByteStream {
  private let source: any ByteStream
  private var first: UnsafeRawBufferPointer?
  let compression: Compression

  /// - Parameter source: Gives at least six bytes at first when it has so many.
  init(_ source: any ByteStream) throws {
    self.source = source
    let block = try source.next()
    first = block
    compression = Compression(detecting: block)
  }

  func next() throws -> UnsafeRawBufferPointer {
    if let block = first.take() { return block }
    return try source.next()
  }
}
