import FileSystem
import Glibc
import LayerArchive
import OCI
package import Processes
package import Storage
import Synchronization

/// Takes a cache out of an archive that anybody may have made.
///
/// Everything is held against its digest, and layers against their diff IDs, before the store has
/// any of it; then blobs get their names, then they are noted, then images get theirs. So whatever
/// stops it leaves content that nothing names, and no name of what is not there. That a step gives
/// what the archive says is nowhere proven: who imports it trusts who made it.
package struct CacheImporter: Sendable {
  private let store: Store
  private let replacesNames: Bool
  private let interruption: Interruption
  private let progress: @Sendable (ByteProgress) -> Void

  /// - Parameter replacesNames: Whether a name that means another image here is taken from it.
  package init(
    _ store: Store, replacesNames: Bool, interruption: Interruption,
    progress: @escaping @Sendable (ByteProgress) -> Void
  ) {
    self.store = store
    self.replacesNames = replacesNames
    self.interruption = interruption
    self.progress = progress
  }

  /// - Parameters:
  ///   - size: Of the archive, in bytes; 0 when nobody knows.
  ///   - next: Fills a buffer with more of the archive and says how many bytes it got; 0 only at
  ///     the end.
  /// - Throws: ``CarryError``, `ArchiveError`; the store is then as it was.
  package func run(
    size: Int64, _ next: @escaping (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws -> ImportReport {
    let folder = try store.makeTemporaryDirectory("import")
    defer { try? FileTree.remove(folder) }
    var blobs = ArrivedBlobs(store, in: folder)
    var done: Int64 = 0
    try ArchiveReader.read { buffer in
      if interruption.requested != nil { throw BuildError.interrupted }
      let count = try next(buffer)
      done += Int64(count)
      progress(ByteProgress(done: done, total: size))
      return count
    } visit: { name, size, content in
      try blobs.take(name, size, content)
    }
    let cache = try ArrivedCache(blobs)
    let learnt = try learn(cache.layers, from: blobs, after: done)
    try blobs.keep(cache.contents)
    return try note(cache, learnt)
  }

  // MARK: Layers

  private struct LearntLayer: Sendable {
    let layer: StoredLayer
    let index: LayerIndex
  }

  /// Reads the layers that the store does not know, each of which may be anything.
  /// - Parameter arrived: How large the archive was, in bytes.
  private func learn(
    _ layers: Set<ArrivedCache.Layer>, from blobs: ArrivedBlobs, after arrived: Int64
  ) throws -> [LearntLayer] {
    let tally = ByteTally(after: arrived, interruption: interruption, progress: progress)
    var graph = JobGraph<ArrivedCache.Layer>()
    for layer in layers.sorted(by: { $0.descriptor.size > $1.descriptor.size }) {
      let known = try store.layers.layer(layer.diffID)
      if known?.descriptor.digest == layer.descriptor.digest { continue }
      _ = graph.add(layer)
      tally.expect(layer.descriptor.size)
    }
    let learnt = Mutex<[LearntLayer]>([])
    let runner = JobRunner(
      graph, slots: [.work: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))], keepsGoing: false,
      shouldStop: { [interruption] in interruption.requested != nil }
    ) { job in
      let blob = try blobs.reader(of: job.descriptor.digest)
      let read = try LayerReader.read(
        CountedBlob(blob: blob, count: tally.count), mediaType: job.descriptor.mediaType,
        expectedDiffID: job.diffID, base: RootTree(layers: []))
      // Whoever made it: nothing is presumed of what its directories say.
      let layer = StoredLayer(diffID: job.diffID, descriptor: job.descriptor, isOwn: false)
      learnt.withLock { $0.append(LearntLayer(layer: layer, index: read.index)) }
    }
    if let first = runner.run().first { throw first }
    if interruption.requested != nil { throw BuildError.interrupted }
    return learnt.withLock { layers in
      layers.sorted { $0.layer.descriptor.digest < $1.layer.descriptor.digest }
    }
  }

  // MARK: Notes

  private func note(_ cache: ArrivedCache, _ learnt: [LearntLayer]) throws -> ImportReport {
    var report = ImportReport()
    for found in learnt where try store.layers.layer(found.layer.diffID) == nil {
      try store.layers.add(found.layer, index: found.index)
      report.layers += 1
    }
    for step in cache.steps where try !isKnown(step.key) {
      try store.steps.add(step.record(), for: step.key)
      report.steps += 1
    }
    for source in cache.sources where try store.sources.record(of: source.name) == nil {
      try store.sources.set(source.name, to: source.record)
    }
    let results = cache.steps.map(\.key) + cache.sources.compactMap(\.record.content)
    for image in cache.images.sorted() {
      try store.builds.set(image, steps: results.sorted(), for: .imported(image))
    }
    for name in cache.names.sorted(by: { $0.order < $1.order }) {
      report.names.append(
        ImportReport.Name(
          name: name.reference.familiar, manifest: name.manifest.digest, outcome: try note(name)))
    }
    return report
  }

  /// Whether the store has what the step made, so that its own record stays.
  private func isKnown(_ step: Digest) throws -> Bool {
    guard let record = try store.steps.record(for: step) else { return false }
    return try record.diffIDs.allSatisfy { try store.layers.layer($0) != nil }
  }

  private func note(_ name: ArrivedCache.Name) throws -> ImportReport.Outcome {
    let (images, reference) = (store.images, name.reference)
    let here: Digest?
    switch name.role {
    case .image: here = try images.image(named: reference)?.manifest.digest
    case .resolution:
      here = try images.resolution(of: reference, name.platform)?.manifest.digest
    }
    if here == name.manifest.digest { return .same }
    if here != nil, !replacesNames { return .kept }
    switch name.role {
    case .image: try images.set([reference], to: name.manifest)
    case .resolution: try images.setResolution(of: reference, name.platform, to: name.manifest)
    }
    return here == nil ? .added : .replaced
  }
}
