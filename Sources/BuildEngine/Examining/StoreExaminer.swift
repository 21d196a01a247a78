import FileSystem
import Glibc
import LayerArchive
import OCI
package import Processes
import Sandbox
package import Storage
import Synchronization

/// Reads everything in a store again, whatever was noted of it, and names what is not what it
/// should be. What another process writes or removes meanwhile is no damage: each finding is looked
/// at again under the lock of those who write such things.
package struct StoreExaminer: Sendable {
  let store: Store
  /// Whether what is damaged leaves the store.
  let drops: Bool
  let tally: ByteTally
  let findings = StoreFindings()
  private let interruption: Interruption

  package init(
    _ store: Store, drops: Bool, interruption: Interruption,
    progress: @escaping @Sendable (ByteProgress) -> Void
  ) {
    self.store = store
    self.drops = drops && !store.isReadOnly
    self.interruption = interruption
    tally = ByteTally(interruption: interruption, progress: progress)
  }

  /// - Throws: ``BuildError/needsUserNamespace`` for a normal user whose store has snapshots.
  package func run() throws -> ExaminationReport {
    let snapshots = try store.snapshots.noted()
    if !snapshots.isEmpty { try SnapshotMaker.requirePrivilege() }
    let (blobs, layers) = (try store.blobs.digests(), try store.layers.all())
    let belongings = try Belongings(of: store, blobs: blobs)
    let origins = SnapshotOrigins(of: snapshots, layers: layers, stacks: belongings.stacks)
    let graph = try plan(blobs, layers, origins)
    let runner = JobRunner(
      graph, slots: [.work: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))], keepsGoing: false,
      shouldStop: { [interruption] in interruption.requested != nil }
    ) { job in
      switch job {
      case .blob(let digest): try examine(blob: digest, belongings)
      case .layer(let layer): try examine(layer: layer, belongings)
      case .snapshot(let name, let origin): try examine(snapshot: name, origin, belongings)
      }
    }
    if let first = runner.run().first { throw first }
    if interruption.requested != nil { throw BuildError.interrupted }
    try examineRows(belongings)
    return ExaminationReport(
      damages: findings.all, blobs: blobs.count, layers: layers.count, snapshots: snapshots.count,
      unknownSnapshots: snapshots.count - origins.origins.count, bytesRead: tally.bytesRead)
  }

  private enum Job: Sendable {
    case blob(Digest)
    /// Comes after its blob.
    case layer(StoredLayer)
    /// Comes after its layer.
    case snapshot(Digest, SnapshotOrigins.Origin)
  }

  /// The largest first, so that none of them is left over in the end.
  private func plan(
    _ blobs: [Digest], _ layers: [StoredLayer], _ origins: SnapshotOrigins
  ) throws -> JobGraph<Job> {
    var graph = JobGraph<Job>()
    let sizes = try blobs.map { digest in
      (digest, try FileStatus.of(store.blobs.path(of: digest), followLink: true)?.size ?? 0)
    }
    var jobs: [Digest: JobGraph<Job>.ID] = [:]
    for (digest, size) in sizes.sorted(by: { ($0.1, $0.0) > ($1.1, $1.0) }) {
      jobs[digest] = graph.add(.blob(digest))
      tally.expect(size)
    }
    var layerJobs: [Digest: JobGraph<Job>.ID] = [:]
    for layer in layers.sorted(by: { $0.descriptor.size > $1.descriptor.size }) {
      layerJobs[layer.diffID] = graph.add(
        .layer(layer), after: [jobs[layer.descriptor.digest]].compactMap(\.self))
      tally.expect(layer.descriptor.size)
    }
    for (name, origin) in origins.origins.sorted(by: { $0.key < $1.key }) {
      let before = layerJobs[origin.layer.diffID]
      _ = graph.add(.snapshot(name, origin), after: [before].compactMap(\.self))
      tally.expect(try unpackedSize(of: origin.layer))
    }
    return graph
  }

  private func unpackedSize(of layer: StoredLayer) throws -> Int64 {
    guard let index = try store.layers.index(of: layer.diffID) else { return 0 }
    return index.entries.reduce(0) { $0 + ($1.kind == .file ? max(0, $1.size) : 0) }
  }
}
