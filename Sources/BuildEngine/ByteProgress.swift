import OCI
import Processes
import Synchronization

/// How far something is, in bytes.
package struct ByteProgress: Sendable {
  package let done: Int64
  /// 0 when nobody knows.
  package let total: Int64

  package init(done: Int64, total: Int64) {
    (self.done, self.total) = (done, total)
  }
}

/// Counts bytes that several threads read, and ends the reading when somebody wants it to end.
final class ByteTally: Sendable {
  private let total: Atomic<Int64>
  private let done: Atomic<Int64>
  private let interruption: Interruption
  private let progress: @Sendable (ByteProgress) -> Void

  /// - Parameter before: How many bytes were read already.
  init(
    after before: Int64 = 0, interruption: Interruption,
    progress: @escaping @Sendable (ByteProgress) -> Void
  ) {
    total = Atomic(before)
    done = Atomic(before)
    (self.interruption, self.progress) = (interruption, progress)
  }

  /// Adds what is to be read.
  func expect(_ bytes: Int64) { total.wrappingAdd(bytes, ordering: .relaxed) }

  var bytesRead: Int64 { done.load(ordering: .relaxed) }

  /// - Throws: ``BuildError/interrupted``
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
