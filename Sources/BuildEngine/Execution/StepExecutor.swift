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
  private let reused = ReusedSteps()

  init(
    services: BuildServices, plan: BuildPlan, context: BuildContext, recorder: LayerRecorder,
    secrets: BuildSecrets, usesCache: Bool
  ) {
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
    let outcome: StepOutcome
    /// Where files of the context are now.
    var places: [CopyPlace] = []
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
    let (layers, pulled) = try puller.layers(of: base, named: key.reference)
    return Result(
      layers: layers,
      outcome: pulled == 0
        ? .reused : .executed(duration: .now - start, size: pulled))
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
    return try reuse(hasher.finalize(), step) {
      let writer = try recorder.makeWriter()
      for entry in entries { try writer.append(entry, content: content(entry)) }
      let layer = try recorder.record(writer.finish())
      let outcome = StepOutcome.executed(
        duration: .now - start, size: layer.descriptor.size)
      return (Result(layers: [layer], outcome: outcome), listing)
    }
  }

  private func describe(_ tree: Digest, to sink: inout some KeySink) {
    sink.field("kind", "files")
    sink.digest("tree", tree)
    sink.field("times", String(recorder.epoch))
  }

  /// Looks a step up; does it when it is not there, and nobody else is doing it.
  func reuse(
    _ key: Digest, _ step: Step, make: () throws -> (Result, StepKeyListing)
  ) throws -> Result {
    if usesCache, let found = try cached(key) { return found }
    let lock = try services.store.lock(key) { services.events(.waiting(step)) }
    defer { _ = lock }
    if usesCache, let found = try cached(key) { return found }
    let start = ContinuousClock.now
    let (result, listing) = try make()
    let record = StepRecord(
      instruction: step.instruction, diffIDs: result.layers.map(\.diffID),
      inputs: try CanonicalJSON.encode(listing.parts), duration: .now - start)
    try services.store.steps.add(record, for: key)
    return result
  }

  private func cached(_ key: Digest) throws -> Result? {
    guard let record = try services.store.steps.record(for: key) else { return nil }
    let layers = try record.diffIDs.compactMap { try services.store.layers.layer($0) }
    guard layers.count == record.diffIDs.count else { return nil }
    reused.add(key)
    return Result(layers: layers, outcome: .reused)
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
