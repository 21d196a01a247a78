import OCI
import Processes
import Synchronization

/// What was found so far, and how much is read.
final class ExaminationTally: Sendable {
  private let found = Mutex<[StoreDamage]>([])
  private let total = Atomic<Int64>(0)
  private let done = Atomic<Int64>(0)
  private let interruption: Interruption
  private let progress: @Sendable (ByteProgress) -> Void

  init(
    interruption: Interruption, progress: @escaping @Sendable (ByteProgress) -> Void
  ) {
    (self.interruption, self.progress) = (interruption, progress)
  }

  func add(_ damage: StoreDamage) { found.withLock { $0.append(damage) } }

  func hasFoundDamaged(blob: Digest) -> Bool {
    found.withLock { $0.contains { $0.kind == .blob && $0.name == blob.description } }
  }

  /// By kind, then by name.
  var damages: [StoreDamage] {
    let order = StoreDamage.Kind.allCases
    return found.withLock { damages in
      damages.sorted {
        (order.firstIndex(of: $0.kind) ?? 0, $0.name) < (
          order.firstIndex(of: $1.kind) ?? 0, $1.name
        )
      }
    }
  }

  func expect(_ bytes: Int64) { total.wrappingAdd(bytes, ordering: .relaxed) }

  var bytesRead: Int64 { done.load(ordering: .relaxed) }

  /// Ends the reading when somebody wants it to end.
  func count(_ bytes: Int) throws {
    if interruption.requested != nil { throw BuildError.interrupted }
    let sum = done.wrappingAdd(Int64(bytes), ordering: .relaxed).newValue
    progress(ByteProgress(done: sum, total: total.load(ordering: .relaxed)))
  }
}

/// A blob that tells how much of it was read.
struct CountedBlob: BlobReader {
  let blob: any BlobReader
  let count: @Sendable (Int) throws -> Void

  var size: Int64 { blob.size }

  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let size = try blob.read(at: offset, into: buffer)
    try count(size)
    return size
  }
}
