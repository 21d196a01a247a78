import OCI
import Synchronization

/// Blobs in memory.
final class MemoryStore: ContentStore {
  private let blobs = Mutex<[Digest: [UInt8]]>([:])

  @discardableResult
  func put(_ bytes: [UInt8]) -> Digest {
    let digest = SHA256.digest(of: bytes)
    blobs.withLock { $0[digest] = bytes }
    return digest
  }

  func bytes(of digest: Digest) -> [UInt8]? { blobs.withLock { $0[digest] } }
  func size(of digest: Digest) -> Int64? { bytes(of: digest).map { Int64($0.count) } }

  func reader(of digest: Digest) throws -> any BlobReader {
    guard let bytes = bytes(of: digest) else { throw ContentError.missing(digest) }
    return Reader(bytes: bytes)
  }

  func writer() -> any BlobWriter { Writer(self) }

  private struct Reader: BlobReader {
    let bytes: [UInt8]
    var size: Int64 { Int64(bytes.count) }
    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
      let part = bytes[Int(offset)...].prefix(buffer.count)
      buffer.copyBytes(from: part)
      return part.count
    }
  }

  private final class Writer: BlobWriter {
    let store: MemoryStore
    var bytes: [UInt8] = []
    init(_ store: MemoryStore) { self.store = store }
    func write(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }
    func commit(expecting expected: Digest?) throws -> (digest: Digest, size: Int64) {
      let actual = SHA256.digest(of: bytes)
      if let expected, expected != actual {
        throw ContentError.digestMismatch(expected: expected, actual: actual)
      }
      return (store.put(bytes), Int64(bytes.count))
    }
  }
}
