import CArchive
import FileSystem
package import OCI

/// What an archive of any usual kind holds, in its own order: for those who compare two of them.
///
/// Nothing is unpacked, and nothing in it is trusted.
package struct ArchiveMembers: Sendable, Equatable {
  package struct Member: Sendable, Hashable {
    package let name: [UInt8]
    /// In the unit of the archive; nil when it does not say.
    package let modified: Int64?
    /// Equal for equal bytes.
    package let content: Digest
  }

  package let members: [Member]

  /// - Parameter bytes: A tar, zip, cpio or ar archive, compressed or not.
  /// - Returns: nil for anything else, and for one that is damaged or beyond the limits.
  package init?(_ bytes: [UInt8], limits: ReadLimits = ReadLimits()) {
    let members = ZipDirectory(bytes)?.members ?? (try? Self.read(bytes, limits))
    guard let members else { return nil }
    self.members = members
  }

  private static func read(_ bytes: [UInt8], _ limits: ReadLimits) throws -> [Member] {
    let largestSize = limits.unpackedSize(ofArchive: Int64(bytes.count))
    let handle = try ArchiveHandle(reading: WholeStream(bytes)) { archive in
      for compression in [Compression.gzip, .zstd, .bzip2, .xz] { compression.enable(in: archive) }
      archive_read_support_format_tar(archive)
      archive_read_support_format_cpio(archive)
      archive_read_support_format_ar(archive)
    }
    try handle.open()
    var members: [Member] = []
    var unpacked: Int64 = 0
    var raw: OpaquePointer?
    while try handle.check(archive_read_next_header(handle.archive, &raw)), let entry = raw {
      guard Int64(members.count) < limits.entries else {
        throw ArchiveError.tooLarge(limit: limits.entries)
      }
      let content = try content(of: handle, counting: &unpacked, largestSize)
      let hasTime = archive_entry_mtime_is_set(entry) != 0
      members.append(
        Member(
          name: archive_entry_pathname(entry).map { Array(String(cString: $0).utf8) } ?? [],
          modified: hasTime ? Int64(archive_entry_mtime(entry)) : nil, content: content))
    }
    return members
  }

  private static func content(
    of handle: ArchiveHandle, counting unpacked: inout Int64, _ largestSize: Int64
  ) throws -> Digest {
    var hash = SHA256()
    var (bytes, count, offset): (UnsafeRawPointer?, Int, Int64) = (nil, 0, 0)
    while try handle.check(archive_read_data_block(handle.archive, &bytes, &count, &offset)) {
      unpacked += Int64(count)
      guard unpacked <= largestSize else { throw ArchiveError.tooLarge(limit: largestSize) }
      hash.update(UnsafeRawBufferPointer(start: bytes, count: count))
    }
    return hash.finalize()
  }
}

/// Bytes that are in memory already.
private final class WholeStream: ByteStream {
  private let bytes: UnsafeMutableRawBufferPointer
  private var isAtEnd = false

  init(_ bytes: [UInt8]) {
    self.bytes = .allocate(byteCount: bytes.count, alignment: 1)
    self.bytes.copyBytes(from: bytes)
  }

  deinit { bytes.deallocate() }

  func next() throws -> UnsafeRawBufferPointer {
    defer { isAtEnd = true }
    return isAtEnd ? UnsafeRawBufferPointer(start: nil, count: 0) : UnsafeRawBufferPointer(bytes)
  }
}
