import CDeflate
import OCI

/// A stretch of the tar stream, and the gzip member that is made of it.
///
/// `@unchecked Sendable`: exactly one thread uses it at a time. The writer fills it, hands it to a
/// queue, and touches it again only after it has waited for the group in which the work was put.
final class Chunk: @unchecked Sendable {
  private var storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private(set) var count = 0
  private var output = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var outputCount = 0
  private var reused: [UInt8]?
  private var compressor: OpaquePointer?
  private(set) var key = Digest.empty
  private(set) var failure: ArchiveError?

  deinit {
    storage.deallocate()
    output.deallocate()
    if let compressor { libdeflate_free_compressor(compressor) }
  }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

  func clear() {
    count = 0
    outputCount = 0
    reused = nil
  }

  /// Room behind what is there, its bytes not yet set; `advance` makes them part of the chunk.
  func room(for size: Int) -> UnsafeMutableRawBufferPointer {
    if storage.count - count < size { grow(to: max(count + size, storage.count * 2, 128 << 10)) }
    return UnsafeMutableRawBufferPointer(rebasing: storage[count..<(count + size)])
  }

  func advance(by size: Int) { count += size }

  func append(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { room(for: bytes.count).copyMemory(from: $0) }
    count += bytes.count
  }

  func append(zeros size: Int) {
    room(for: size).initializeMemory(as: UInt8.self, repeating: 0)
    count += size
  }

  private func grow(to capacity: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
    larger.copyMemory(from: bytes)
    storage.deallocate()
    storage = larger
  }

  /// Makes the member: an earlier one with the same contents, or a new one.
  func makeMember(reusing source: (any MemberSource)?) {
    var hash = SHA256()
    hash.update(bytes)
    key = hash.finalize()
    if let earlier = source?.compressed(for: key), isMember(earlier) {
      reused = earlier
    } else {
      compress()
    }
  }

  /// Hands out the finished member.
  func withMember<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    if let reused { return try reused.withUnsafeBytes(body) }
    return try body(UnsafeRawBufferPointer(rebasing: output[..<outputCount]))
  }

  private func compress() {
    compressor = compressor ?? libdeflate_alloc_compressor(6)
    guard let compressor else {
      failure = .malformed(reason: "no memory is left to compress it")
      return
    }
    let bound = libdeflate_gzip_compress_bound(compressor, count)
    if output.count < bound {
      output.deallocate()
      output = .allocate(byteCount: bound, alignment: 16)
    }
    // The header that libdeflate writes is constant: no name, time 0, system 255.
    outputCount = libdeflate_gzip_compress(
      compressor, storage.baseAddress, count, output.baseAddress, output.count)
  }

  /// Whether header, checksum and length say that `member` is this chunk's.
  ///
  /// Source: RFC 1952, section 2.3.
  private func isMember(_ member: [UInt8]) -> Bool {
    guard member.count > 18, member.starts(with: [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]) else {
      return false
    }
    let checksum = libdeflate_crc32(0, storage.baseAddress, count)
    return member.withUnsafeBytes {
      let trailer = member.count - 8
      return $0.loadUnaligned(fromByteOffset: trailer, as: UInt32.self) == checksum.littleEndian
        && $0.loadUnaligned(fromByteOffset: trailer + 4, as: UInt32.self)
          == UInt32(count).littleEndian
    }
  }
}

extension Digest {
  static let empty = SHA256.digest(of: [])
}
