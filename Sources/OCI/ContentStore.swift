/// Bytes that are named by their digest.
///
/// A blob that is there is complete: `commit` is the only way in.
package protocol ContentStore: Sendable {
  /// The size in bytes, or nil when the blob is not there.
  func size(of digest: Digest) throws -> Int64?
  func reader(of digest: Digest) throws -> any BlobReader
  func writer() throws -> any BlobWriter
}

/// Reads one blob from any place. Safe for use by several threads.
package protocol BlobReader: Sendable {
  /// In bytes.
  var size: Int64 { get }
  /// - Returns: How many bytes were read; 0 only at the end.
  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Takes in one blob. Used by one thread at a time; what was not committed leaves nothing.
package protocol BlobWriter: AnyObject {
  func write(_ bytes: UnsafeRawBufferPointer) throws
  /// Gives the blob its name.
  /// - Parameter expected: What the digest must be, when it is known before.
  /// - Returns: Digest and size in bytes of what was written.
  /// - Throws: ``ContentError/digestMismatch(expected:actual:)``; nothing is stored then.
  func commit(expecting expected: Digest?) throws -> (digest: Digest, size: Int64)
}

package enum ContentError: Error, Equatable {
  case missing(Digest)
  case digestMismatch(expected: Digest, actual: Digest)
  /// Larger than what the caller was ready to hold in memory; both in bytes.
  case tooLarge(Digest, size: Int64, limit: Int64)
}

extension ContentStore {
  /// A small blob as a whole; its bytes are what its name says.
  /// - Parameter limit: In bytes; documents that describe an image are far below the default.
  package func read(_ digest: Digest, limit: Int64 = 16 << 20) throws -> [UInt8] {
    let blob = try reader(of: digest)
    guard blob.size <= limit else {
      throw ContentError.tooLarge(digest, size: blob.size, limit: limit)
    }
    var bytes = [UInt8](repeating: 0, count: Int(blob.size))
    var filled = 0
    while filled < bytes.count {
      let count = try bytes.withUnsafeMutableBytes {
        try blob.read(at: Int64(filled), into: .init(rebasing: $0[filled...]))
      }
      guard count > 0 else { throw ContentError.missing(digest) }
      filled += count
    }
    let found = SHA256.digest(of: bytes)
    guard found == digest else {
      throw ContentError.digestMismatch(expected: digest, actual: found)
    }
    return bytes
  }

  /// Reads a blob to its end, whatever its name says.
  package func contentDigest(of digest: Digest) throws -> Digest {
    let blob = try reader(of: digest)
    var hash = SHA256()
    var offset: Int64 = 0
    try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { buffer in
      while case let count = try blob.read(at: offset, into: buffer), count > 0 {
        hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        offset += Int64(count)
      }
    }
    return hash.finalize()
  }

  /// Stores `bytes`; when as many are there under that name nothing is written.
  @discardableResult
  package func write(_ bytes: [UInt8]) throws -> Digest {
    let digest = SHA256.digest(of: bytes)
    if try size(of: digest) == Int64(bytes.count) { return digest }
    let blob = try writer()
    try bytes.withUnsafeBytes { try blob.write($0) }
    return try blob.commit(expecting: digest).digest
  }
}
