import BuildPlan
import ContextScan
import Diagnostics
import LayerArchive
import OCI
import Processes
import Storage
import Synchronization

/// Does what a step says, or finds that it was done before.
struct StepExecutor: Sendable {
  let services: BuildServices
  let plan: BuildPlan
  let context: BuildContext
  let recorder: LayerRecorder
  let secrets: BuildSecrets
  /// Whether earlier results count.
  let usesCache: Bool
  private let purpose: Purpose
  private let reused = ReusedSteps()

  enum Purpose {
    case making
    /// Says that a step would have to be done, instead of doing it.
    case looking
    /// Says of every step what goes into its key.
    case listing
  }

  init(
    services: BuildServices, plan: BuildPlan, context: BuildContext, recorder: LayerRecorder,
    secrets: BuildSecrets, usesCache: Bool, purpose: Purpose = .making
  ) {
    self.purpose = purpose
    self.services = services
    self.plan = plan
    self.context = context
    self.recorder = recorder
    self.secrets = secrets
    self.usesCache = usesCache
  }

  /// The keys of steps that had been done before.
  var reusedKeys: [Digest] { reused.keys }

  /// What a step adds to the root file system that it starts from.
  struct Result {
    let layers: [StoredLayer]
    var outcome: StepOutcome
    /// Stands for all that went into the step; nil when nothing was needed.
    var key: Digest?
    /// How long it took, this time or when its result was made.
    var duration: Duration?
    /// Where files of the context are now.
    var places: [CopyPlace] = []
  }

  /// Thrown when a step that would have to be done is only looked at.
  struct Undone: Error {
    let key: Digest
    /// What went into the key.
    let parts: [[String]]
  }

  /// - Parameters:
  ///   - root: What the step's parent left.
  ///   - finished: What other steps left.
  func execute(
    _ step: Step, on root: RootState, finished: (Step.ID) -> RootState
  ) throws -> Result {
    switch step.operation {
    case .base(let key): try executeBase(key)
    case .run(let run): try executeRun(run, step, on: root, finished: finished)
    case .copy(let copy): try executeCopy(copy, step, on: root, finished: finished)
    case .makeDirectory(let directory): try makeDirectory(directory, step, on: root)
    }
  }

  private func executeBase(_ key: BaseKey?) throws -> Result {
    guard let key, let base = plan.bases.first(where: { $0.key == key })?.base else {
      return Result(layers: [], outcome: .reused)
    }
    let start = ContinuousClock.now
    let puller = BasePuller(services: services)
    if purpose != .making, try !puller.hasLayers(of: base) {
      throw Undone(key: base.manifest.digest, parts: [])
    }
    let (layers, pulled) = try puller.layers(of: base, named: key.reference)
    let took = ContinuousClock.now - start
    return Result(
      layers: layers, outcome: pulled == 0 ? .reused : .executed(duration: took, size: pulled),
      key: base.manifest.digest, duration: pulled == 0 ? nil : took)
  }

  private func makeDirectory(
    _ operation: DirectoryOperation, _ step: Step, on root: RootState
  ) throws -> Result {
    let start = ContinuousClock.now
    let tree = try services.reader.tree(of: root)
    // Most often the directory is there, and then nobody needs to know whose it would be.
    if try tree.resolve(operation.path).entry?.kind == .directory {
      return Result(layers: [], outcome: .reused)
    }
    var placement = CopyPlacement(
      on: tree, owner: try owner(operation.owner, in: root), permissions: nil)
    try placement.placeDirectory(operation.path)
    return try write(placement.entries, step, since: start) { _ in .none }
  }

  // MARK: Layers that follow from their entries

  /// Writes a layer, or finds it: what such a layer is follows from its entries alone.
  func write(
    _ entries: [LayerEntry], _ step: Step, since start: ContinuousClock.Instant,
    content: (LayerEntry) throws -> FileContent
  ) throws -> Result {
    guard !entries.isEmpty else { return Result(layers: [], outcome: .unchanged(duration: .zero)) }
    var hasher = StepKeyHasher()
    var listing = StepKeyListing()
    let tree = TreeDigest.digest(of: entries)
    describe(tree, to: &hasher)
    describe(tree, to: &listing)
    return try reuse(hasher.finalize(), listing, step) {
      let writer = try recorder.makeWriter()
      for entry in entries { try writer.append(entry, content: content(entry)) }
      let layer = try recorder.record(writer.finish())
      let outcome = StepOutcome.executed(
        duration: .now - start, size: layer.descriptor.size)
      return Result(layers: [layer], outcome: outcome)
    }
  }

  private func describe(_ tree: Digest, to sink: inout some KeySink) {
    sink.field("kind", "files")
    sink.digest("tree", tree)
    sink.field("times", String(recorder.epoch))
  }

  /// Looks a step up; does it when it is not there, and nobody else is doing it.
  func reuse(
    _ key: Digest, _ listing: StepKeyListing, _ step: Step, make: () throws -> Result
  ) throws -> Result {
    if purpose != .listing, let found = try cached(key) { return found }
    if purpose != .making { throw Undone(key: key, parts: listing.parts) }
    let lock = try services.store.lock(key) { services.events(.waiting(step)) }
    defer { _ = lock }
    if let found = try cached(key) { return found }
    let start = ContinuousClock.now
    var result = try make()
    let took = ContinuousClock.now - start
    let record = StepRecord(
      instruction: step.instruction, diffIDs: result.layers.map(\.diffID),
      inputs: try CanonicalJSON.encode(listing.parts), duration: took)
    try services.store.steps.add(record, for: key)
    (result.key, result.duration) = (key, took)
    return result
  }

  /// What was made under a key, when all of it is there.
  func cached(_ key: Digest) throws -> Result? {
    guard usesCache, let record = try services.store.steps.record(for: key) else { return nil }
    let layers = try record.diffIDs.compactMap { try services.store.layers.layer($0) }
    guard layers.count == record.diffIDs.count else { return nil }
    reused.add(key)
    return Result(layers: layers, outcome: .reused, key: key, duration: record.duration)
  }

  // MARK: Users

  /// - Parameter text: `user[:group]`; nil or empty is root.
  func owner(_ text: String?, in root: RootState) throws -> Owner? {
    guard let text, !text.isEmpty else { return nil }
    if UserDatabase.isNumeric(text) {
      return try UserDatabase(passwd: nil, group: nil).owner(text)
    }
    func contents(_ path: String) throws -> [UInt8]? {
      try services.reader.contents(of: TreePath(path), in: root, snapshots: services.snapshots)
    }
    return try UserDatabase(passwd: contents("etc/passwd"), group: contents("etc/group"))
      .owner(text)
  }
}

private final class ReusedSteps: Sendable {
  private let found = Mutex<[Digest]>([])

  func add(_ key: Digest) { found.withLock { $0.append(key) } }

  var keys: [Digest] { found.withLock { $0 } }
}
