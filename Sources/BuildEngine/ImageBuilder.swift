package import BuildPlan
package import ContextScan
package import OCI
import Processes
package import Storage
import Synchronization

/// An image that is complete in the store.
package struct BuiltImage: Sendable {
  package let manifest: Descriptor
  package let config: Descriptor
  package let layers: [Descriptor]
  /// The steps that were really done.
  package let executed: Int
  package let reused: Int
  /// Where in the image files of the context are, in the order in which they were copied.
  package let places: [CopyPlace]
  /// What came of each step of the plan, in the same order.
  package let steps: [StepReport]
  /// What each step of the plan has added, in the same order.
  package let layersOfSteps: [[StoredLayer]]

  /// Everything that the image consists of.
  package var contents: [Digest] {
    [manifest.digest, config.digest] + layers.map(\.digest)
  }
}

/// Runs a plan: each step as soon as those it needs are done, several at once.
package struct ImageBuilder: Sendable {
  private let services: BuildServices
  private let usesCache: Bool
  private let epoch: Int64
  private let secrets: BuildSecrets

  /// - Parameters:
  ///   - epoch: The time of everything that is made, in seconds since 1970-01-01T00:00:00Z.
  ///   - secrets: What commands may see, and never a layer.
  package init(
    _ services: BuildServices, usesCache: Bool, epoch: Int64,
    secrets: BuildSecrets = BuildSecrets()
  ) {
    self.services = services
    self.usesCache = usesCache
    self.epoch = epoch
    self.secrets = secrets
  }

  /// - Parameters:
  ///   - destinations: Repositories that layers are sent to as soon as they exist, while later
  ///     steps still run.
  ///   - uploads: Notes what was sent.
  ///   - earlier: What the steps are compared with, to say why they were done.
  ///   - keep: Told the keys of the steps that were done when others were not.
  /// - Throws: ``StepFailure`` for the first step that failed, ``BuildError/interrupted``, what the
  ///   registry says.
  package func build(
    _ plan: BuildPlan, context: BuildContext, sendingTo destinations: [ImageReference] = [],
    noting uploads: LayerUploads = LayerUploads(), comparedWith earlier: EarlierBuild = .none,
    keeping keep: ([Digest]) -> Void = { _ in }
  ) throws -> BuiltImage {
    let executor = executor(of: plan, context)
    let progress = BuildProgress()
    let failures = services.run(graph(of: plan, destinations)) { job in
      switch job {
      case .step(let step): try execute(step, executor, progress)
      case .send(let step, let destination):
        for layer in progress.added(step) {
          try uploads.send(
            layer.descriptor, from: services.store.blobs, to: destination, services)
        }
      }
    }
    if !failures.isEmpty || services.interruption.requested != nil {
      keep(plan.steps.compactMap { progress.now($0.id).key })
    }
    if let first = failures.first { throw first }
    if services.interruption.requested != nil { throw BuildError.interrupted }
    try services.store.steps.touch(executor.reusedKeys)
    var comparison = StepComparison(
      plan, with: earlier, usesCache: usesCache, epoch: epoch, steps: services.store.steps)
    for step in plan.steps { try comparison.add(step, progress.now(step.id)) }
    return try assemble(plan, progress, comparison.reports)
  }

  /// Does one step of a build once more, on what the steps before it have left.
  /// - Returns: What it adds this time.
  package func redo(
    _ step: Step, of plan: BuildPlan, context: BuildContext, after built: BuiltImage
  ) throws -> [StoredLayer] {
    func root(_ id: Step.ID) -> RootState {
      RootState(layers: plan.chain(to: id).flatMap { built.layersOfSteps[$0.index] })
    }
    return try executor(of: plan, context)
      .execute(step, on: step.parent.map(root) ?? .empty, finished: root).layers
  }

  private func executor(of plan: BuildPlan, _ context: BuildContext) -> StepExecutor {
    StepExecutor(
      services: services, plan: plan, context: context,
      recorder: LayerRecorder(store: services.store, reader: services.reader, epoch: epoch),
      secrets: secrets, usesCache: usesCache)
  }

  private enum Job: Sendable {
    case step(Step)
    /// The layers that a step has added.
    case send(Step.ID, to: ImageReference)
  }

  private func graph(
    of plan: BuildPlan, _ destinations: [ImageReference]
  ) -> JobGraph<Job> {
    var graph = JobGraph<Job>()
    var jobs: [Step.ID: JobGraph<Job>.ID] = [:]
    let inResult = Set(plan.chain(to: plan.result))
    for step in plan.steps {
      let job = graph.add(.step(step), after: step.dependencies.compactMap { jobs[$0] })
      jobs[step.id] = job
      guard inResult.contains(step.id) else { continue }
      for destination in destinations {
        _ = graph.add(.send(step.id, to: destination), lane: .transfer, after: [job])
      }
    }
    return graph
  }

  private func execute(
    _ step: Step, _ executor: StepExecutor, _ progress: BuildProgress
  ) throws {
    services.events(.stepStarted(step))
    let root = step.parent.map(progress.root) ?? .empty
    do {
      let result = try executor.execute(step, on: root, finished: progress.root)
      let left = root.adding(result.layers)
      guard left.layers.count <= 127 else {
        throw BuildError.tooManyLayers(left.layers.count)
      }
      progress.finish(step.id, left, result)
      services.events(.stepFinished(step, result.outcome))
    } catch let failure as StepFailure {
      throw StepFailure(
        span: failure.span, instruction: step.instruction, cause: failure.cause)
    } catch {
      throw StepFailure(span: step.span, instruction: step.instruction, cause: error)
    }
  }

  private func assemble(
    _ plan: BuildPlan, _ progress: BuildProgress, _ steps: [StepReport]
  ) throws -> BuiltImage {
    let root = progress.root(plan.result)
    let blobs = services.store.blobs
    let manifest = try ImageAssembly(plan: plan, created: Timestamp.rfc3339(epoch))
      .assemble(root: root, layersOfStep: progress.layersAdded, into: blobs)
    let parsed = try CanonicalJSON.decode(ImageManifest.self, from: blobs.read(manifest.digest))
    return BuiltImage(
      manifest: manifest, config: parsed.config, layers: parsed.layers,
      executed: progress.executed, reused: plan.steps.count - progress.executed,
      places: plan.chain(to: plan.result).flatMap(progress.places), steps: steps,
      layersOfSteps: plan.steps.map { progress.added($0.id) })
  }
}

/// What the steps of a build have left so far.
private final class BuildProgress: Sendable {
  private struct Finished {
    let root: RootState
    let result: StepExecutor.Result
  }

  private let finished = Mutex<[Step.ID: Finished]>([:])

  func finish(_ step: Step.ID, _ root: RootState, _ result: StepExecutor.Result) {
    finished.withLock { $0[step] = Finished(root: root, result: result) }
  }

  @Sendable func root(_ step: Step.ID) -> RootState {
    finished.withLock { $0[step]?.root } ?? .empty
  }

  @Sendable func layersAdded(_ step: Step.ID) -> Int {
    finished.withLock { $0[step]?.result.layers.count } ?? 0
  }

  func added(_ step: Step.ID) -> [StoredLayer] {
    finished.withLock { $0[step]?.result.layers } ?? []
  }

  func now(_ step: Step.ID) -> StepComparison.Now {
    let result = finished.withLock { $0[step]?.result }
    return .init(
      outcome: result?.outcome == .reused ? .reused : .executed, key: result?.key,
      duration: result?.duration)
  }

  @Sendable func places(_ step: Step.ID) -> [CopyPlace] {
    finished.withLock { $0[step]?.result.places } ?? []
  }

  var executed: Int {
    finished.withLock { $0.values.count { $0.result.outcome != .reused } }
  }
}
