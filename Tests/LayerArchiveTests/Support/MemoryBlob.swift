import LayerArchive
import OCI
import Synchronization

/// A blob in memory, and what was committed of it.
final class MemoryBlob: BlobWriter {
  private(set) var bytes: [UInt8] = []
  private(set) var isCommitted = false

  func write(_ bytes: UnsafeRawBufferPointer) { self.bytes.append(contentsOf: bytes) }

  func commit(expecting expected: Digest?) throws -> (digest: Digest, size: Int64) {
    isCommitted = true
    return (SHA256.digest(of: bytes), Int64(bytes.count))
  }
}

struct MemoryReader: BlobReader {
  let bytes: [UInt8]
  /// How many bytes one read gives at most.
  var step = 1 << 20

  var size: Int64 { Int64(bytes.count) }

  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - Int(offset), step)
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: .init(rebasing: $0[Int(offset)..<(Int(offset) + count)]))
    }
    return count
  }
}

/// Remembers members, and counts how often it was of use.
final class MemberMemory: MemberSource {
  private let members: [Digest: [UInt8]]
  private let uses = Atomic<Int>(0)

  var useCount: Int { uses.load(ordering: .relaxed) }

  init(of layer: WrittenLayer, in bytes: [UInt8]) {
    let pairs = layer.members.map {
      ($0.key, Array(bytes[Int($0.offset)..<Int($0.offset + $0.length)]))
    }
    members = Dictionary(pairs) { first, _ in first }
  }

  init(_ members: [Digest: [UInt8]]) { self.members = members }

  func compressed(for key: Digest) -> [UInt8]? {
    guard let member = members[key] else { return nil }
    uses.add(1, ordering: .relaxed)
    return member
  }
}
