import CArchive

/// A libarchive reader that takes its bytes from a stream.
///
/// Errors of the stream pass through C code: they are kept here and thrown on the other side.
final class ArchiveHandle {
  let archive: OpaquePointer
  private let source: any ByteStream
  private var failure: (any Error)?

  /// - Parameter configure: Says which formats and filters may be found.
  init(reading source: any ByteStream, configure: (OpaquePointer) -> Void) throws {
    guard let archive = archive_read_new() else {
      throw ArchiveError.malformed(reason: "no memory is left to read it")
    }
    self.archive = archive
    self.source = source
    configure(archive)
  }

  deinit { archive_read_free(archive) }

  /// Looks at the first bytes.
  func open() throws {
    let context = Unmanaged.passUnretained(self).toOpaque()
    try check(
      archive_read_open(
        archive, context, nil,
        { _, context, block in
          guard let context, let block else { return -1 }
          return Unmanaged<ArchiveHandle>.fromOpaque(context).takeUnretainedValue().supply(block)
        }, nil))
  }

  private func supply(_ block: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
    do {
      let bytes = try source.next()
      block.pointee = bytes.baseAddress
      return bytes.count
    } catch {
      failure = error
      return Int(ARCHIVE_FATAL)
    }
  }

  /// - Returns: Whether there is more; false at the end.
  @discardableResult
  func check(_ status: Int32) throws -> Bool {
    if let failure { throw failure }
    switch status {
    case ARCHIVE_OK, ARCHIVE_WARN: return true
    case ARCHIVE_EOF: return false
    default:
      let text = archive_error_string(archive).map { String(cString: $0) }
      throw ArchiveError.malformed(reason: text ?? "its bytes make no sense")
    }
  }
}
