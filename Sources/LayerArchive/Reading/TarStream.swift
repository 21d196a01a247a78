import CArchive
import Glibc
import OCI

/// The entries of a tar stream, one after the other.
final class TarStream {
  private let handle: ArchiveHandle
  private let limits: ReadLimits
  private let largestSize: Int64
  private var entries: Int64 = 0
  private var metadata: Int64 = 0
  private var unpacked: Int64 = 0

  private static let zeros = [UInt8](repeating: 0, count: 64 << 10)

  /// - Parameter largestSize: Of all files together, holes counted, in bytes.
  init(_ source: any ByteStream, limits: ReadLimits, largestSize: Int64) throws {
    self.limits = limits
    self.largestSize = largestSize
    handle = try ArchiveHandle(reading: source) { archive in
      archive_read_support_format_tar(archive)
      archive_read_support_format_empty(archive)
    }
    try handle.open()
  }

  /// - Returns: libarchive's own view of the next entry, valid until the next call; nil at the end.
  func next() throws -> OpaquePointer? {
    var raw: OpaquePointer?
    guard try handle.check(archive_read_next_header(handle.archive, &raw)), let raw else {
      return nil
    }
    entries += 1
    guard entries <= limits.entries else { throw ArchiveError.tooLarge(limit: limits.entries) }
    return raw
  }

  /// Counts what will stay in memory.
  func note(_ entry: LayerEntry) throws {
    let attributes = entry.attributes.reduce(0) { $0 + $1.name.utf8.count + $1.value.count }
    try note(bytes: entry.path.bytes.count + entry.link.count + attributes)
  }

  /// Counts a directory that has no entry, but is on the way to one.
  func note(_ path: TreePath) throws { try note(bytes: path.bytes.count) }

  private func note(bytes: Int) throws {
    metadata += Int64(bytes)
    guard metadata <= limits.metadata else { throw ArchiveError.tooLarge(limit: limits.metadata) }
  }

  /// Reads the current entry's bytes.
  ///
  /// - Parameters:
  ///   - size: What the header says, in bytes.
  ///   - sink: Is given each block that the archive has and where it belongs; what lies between
  ///     blocks is zero.
  /// - Returns: The digest of all `size` bytes.
  func readContent(
    size: Int64, sink: (_ offset: Int64, _ block: UnsafeRawBufferPointer) throws -> Void
  ) throws -> Digest {
    if size == 0 { return Digest.empty }
    var hash = SHA256()
    var position: Int64 = 0
    try readBlocks(size: size) { offset, block in
      Self.hash(zeros: offset - position, into: &hash)
      hash.update(block)
      try sink(offset, block)
      position = offset + Int64(block.count)
    }
    Self.hash(zeros: size - position, into: &hash)
    return hash.finalize()
  }

  /// Reads what the archive has of the current entry's bytes, as in `readContent`.
  func readBlocks(
    size: Int64, sink: (_ offset: Int64, _ block: UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard size <= largestSize - unpacked else { throw ArchiveError.tooLarge(limit: largestSize) }
    unpacked += size
    var position: Int64 = 0
    while position < size {
      var bytes: UnsafeRawPointer?
      var count = 0
      var offset: Int64 = 0
      let status = archive_read_data_block(handle.archive, &bytes, &count, &offset)
      guard try handle.check(status) else { break }
      guard offset >= position, offset <= size, Int64(count) <= size - offset else {
        throw ArchiveError.malformed(reason: "a file's parts overlap or are longer than the file")
      }
      try sink(offset, UnsafeRawBufferPointer(start: bytes, count: count))
      position = offset + Int64(count)
    }
  }

  private static func hash(zeros count: Int64, into hash: inout SHA256) {
    var left = count
    while left > 0 {
      let size = Int(min(left, Int64(zeros.count)))
      zeros.withUnsafeBytes { hash.update(.init(rebasing: $0[..<size])) }
      left -= Int64(size)
    }
  }
}
