package import BuildPlan
package import ContextScan
import OCI
import Storage

/// What a build would do, step by step. Nothing is done.
///
/// What a step that has not been done leaves is not known: a later COPY is looked at as if it left
/// nothing, and a later step that builds on it is possibly done. A COPY of very many files is said
/// to be done when one of them has changed, although an earlier build may have left the same.
package struct BuildForecast: Sendable {
  private let services: BuildServices
  private let usesCache: Bool
  private let epoch: Int64
  private let secrets: BuildSecrets

  /// - Parameters: As in ``ImageBuilder``.
  package init(
    _ services: BuildServices, usesCache: Bool, epoch: Int64,
    secrets: BuildSecrets = BuildSecrets()
  ) {
    self.services = services
    self.usesCache = usesCache
    self.epoch = epoch
    self.secrets = secrets
  }

  /// What a step leaves, as far as that is known.
  private struct Left {
    let root: RootState
    /// Whether that is all that the step leaves.
    let isKnown: Bool
    /// Whether it surely is something that no step has seen before.
    let isNew: Bool
  }

  /// What is found of a step.
  private struct Found {
    var now: StepComparison.Now
    /// nil when it is not done yet.
    var layers: [StoredLayer]?
    /// Whether it surely adds what nobody has seen before.
    var addsNew = false
  }

  /// - Throws: As the build would, for what is wrong with what is copied.
  package func steps(
    of plan: BuildPlan, context: BuildContext, comparedWith earlier: EarlierBuild
  ) throws -> [StepReport] {
    let recorder = LayerRecorder(store: services.store, reader: services.reader, epoch: epoch)
    func executor(_ purpose: StepExecutor.Purpose) -> StepExecutor {
      StepExecutor(
        services: services, plan: plan, context: context, recorder: recorder, secrets: secrets,
        usesCache: usesCache, purpose: purpose)
    }
    let (looker, lister) = (executor(.looking), executor(.listing))
    var comparison = StepComparison(
      plan, with: earlier, usesCache: usesCache, epoch: epoch, steps: services.store.steps)
    var left: [Left] = []
    for step in plan.steps {
      let parent = step.parent.map { left[$0.index] }
      let root = parent?.root ?? .empty
      let unknown = step.dependencies.filter { !left[$0.index].isKnown }
      var found = try look(at: step, looker, comparison, context) {
        let isReady = !step.inputs.contains(where: unknown.contains)
        return try (isReady ? looker : lister).execute(step, on: root) { left[$0.index].root }
      }
      if step.inputs.contains(where: unknown.contains) {
        found.now.key = nil
        found.now.parts = found.now.parts.map { Self.parts($0, of: step, without: unknown) }
      }
      let isSure =
        !unknown.isEmpty || step.copiesFromRoot
        ? isSurelyDone(
          step, earlier, hasNewInputs: step.dependencies.contains { left[$0.index].isNew })
        : true
      if found.layers == nil, !isSure { found.now.outcome = .possible }
      try comparison.add(step, found.now)
      let isNew = parent?.isNew == true || (found.addsNew && isSure)
      left.append(
        found.layers.map { Left(root: root.adding($0), isKnown: unknown.isEmpty, isNew: isNew) }
          ?? Left(root: root, isKnown: false, isNew: isNew))
    }
    return comparison.reports
  }

  /// Whether a step that has not been found done will be done, whatever those before it leave.
  private func isSurelyDone(
    _ step: Step, _ earlier: EarlierBuild, hasNewInputs: Bool
  ) -> Bool {
    if earlier.steps.isEmpty { return true }
    switch step.operation {
    case .base: return true
    case .run: return !usesCache || hasNewInputs
    // The same files may come from another root.
    case .copy(let copy) where copy.source != .context: return !usesCache
    case .copy: return !usesCache || earlier.changedFiles.contains(where: step.takes)
    // Another step may make it.
    case .makeDirectory: return false
    }
  }

  /// What is known of a key: without what other steps leave.
  private static func parts(
    _ parts: [[String]], of step: Step, without unknown: [Step.ID]
  ) -> [[String]] {
    var mounts: [RunMount] = []
    if case .run(let run) = step.operation { mounts = run.mounts }
    var position = 0
    return parts.map { part in
      switch part[0] {
      case "root": return step.parent.map(unknown.contains) == true ? ["root"] : part
      case "source" where step.copiesFromRoot:
        let others = step.dependencies.filter { $0 != step.parent }
        return (others.isEmpty ? step.dependencies : others).contains(where: unknown.contains)
          ? ["source"] : part
      case "content" where position < mounts.count:
        defer { position += 1 }
        return mounts[position].dependency.map(unknown.contains) == true ? ["content"] : part
      default: return part
      }
    }
  }

  /// - Parameter find: Only lists when a step before it must be done first.
  private func look(
    at step: Step, _ executor: StepExecutor, _ comparison: StepComparison,
    _ context: BuildContext, find: () throws -> StepExecutor.Result
  ) throws -> Found {
    do {
      let result: StepExecutor.Result
      if let large = try LargeCopy(step, in: context) {
        let key = comparison.key(ofUnchanged: step, large)
        guard let cached = try key.flatMap(executor.cached) else {
          return Found(now: .init(outcome: .executed, key: key))
        }
        result = cached
      } else {
        result = try find()
      }
      return Found(
        now: .init(outcome: .reused, key: result.key, duration: result.duration),
        layers: result.layers)
    } catch let undone as StepExecutor.Undone {
      return Found(
        now: .init(outcome: .executed, key: undone.key, parts: undone.parts),
        addsNew: try addsNew(step, undone, comparison))
    }
  }

  /// Layers of files follow from their key, and those of another image are other ones.
  private func addsNew(
    _ step: Step, _ undone: StepExecutor.Undone, _ comparison: StepComparison
  ) throws -> Bool {
    switch step.operation {
    case .base: comparison.before(of: step)?.key != undone.key.hex
    case .copy(let copy) where copy.source != .context: false
    case .copy, .makeDirectory: try services.store.steps.record(for: undone.key) == nil
    case .run: false
    }
  }
}

extension Step {
  fileprivate var copiesFromRoot: Bool {
    guard case .copy(let copy) = operation else { return false }
    return copy.source != .context
  }
}
