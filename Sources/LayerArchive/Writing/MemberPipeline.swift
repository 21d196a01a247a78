import Dispatch
import OCI

/// Compresses chunks on several threads and writes their members in the order in which the chunks
/// came. Knows nothing of tar.
final class MemberPipeline {
  private struct Work {
    let chunk: Chunk
    let done: DispatchGroup
  }

  private let blob: any BlobWriter
  private let source: (any MemberSource)?
  private let limit: Int
  private let queue = DispatchQueue(label: "runctl.compress", attributes: .concurrent)
  /// Oldest first.
  private var underWay: [Work] = []
  private var free: [Chunk] = []
  private var written: Int64 = 0
  private(set) var members: [LayerMember] = []

  /// - Parameter workers: How many chunks are compressed at a time.
  init(into blob: any BlobWriter, reusing source: (any MemberSource)?, workers: Int) {
    self.blob = blob
    self.source = source
    limit = max(workers, 1)
  }

  /// An empty chunk.
  func makeChunk() -> Chunk {
    guard let chunk = free.popLast() else { return Chunk() }
    chunk.clear()
    return chunk
  }

  func submit(_ chunk: Chunk) throws {
    let done = DispatchGroup()
    queue.async(group: done) { [source] in chunk.makeMember(reusing: source) }
    underWay.append(Work(chunk: chunk, done: done))
    while underWay.count > limit { try writeOldest() }
  }

  func drain() throws {
    while !underWay.isEmpty { try writeOldest() }
  }

  private func writeOldest() throws {
    let work = underWay.removeFirst()
    work.done.wait()
    if let failure = work.chunk.failure { throw failure }
    let length = try work.chunk.withMember { member in
      try blob.write(member)
      return Int64(member.count)
    }
    members.append(LayerMember(key: work.chunk.key, offset: written, length: length))
    written += length
    free.append(work.chunk)
  }
}
