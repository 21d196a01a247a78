package import BuildPlan
package import ContextScan
import OCI
import Storage

/// What a build would do, step by step. Nothing is done.
///
/// What a step that has not been done leaves is not known: a later COPY is looked at as if it left
/// nothing, and a later RUN has to be done. A COPY of very many files is said to be done when one of
/// them has changed, although an earlier build may have left the same.
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

  private struct Left {
    let root: RootState
    /// Whether that is all that the step leaves.
    let isKnown: Bool
  }

  /// - Throws: As the build would, for what is wrong with what is copied.
  package func steps(
    of plan: BuildPlan, context: BuildContext, comparedWith earlier: EarlierBuild
  ) throws -> [StepReport] {
    let recorder = LayerRecorder(store: services.store, reader: services.reader, epoch: epoch)
    let executor = StepExecutor(
      services: services, plan: plan, context: context, recorder: recorder, secrets: secrets,
      usesCache: usesCache, onlyLooks: true)
    var comparison = StepComparison(
      plan, with: earlier, usesCache: usesCache, epoch: epoch, steps: services.store.steps)
    var left: [Left] = []
    for step in plan.steps {
      let root = step.parent.map { left[$0.index].root } ?? .empty
      let isKnown = step.dependencies.allSatisfy { left[$0.index].isKnown }
      let found = try look(at: step, executor, comparison, context) {
        guard step.inputs.allSatisfy({ left[$0.index].isKnown }) else { return nil }
        return try executor.execute(step, on: root) { left[$0.index].root }
      }
      try comparison.add(step, found.now)
      left.append(
        found.layers.map { Left(root: root.adding($0), isKnown: isKnown) }
          ?? Left(root: root, isKnown: false))
    }
    return comparison.reports
  }

  /// - Parameter find: Gives nil when a step before it must be done first.
  /// - Returns: No layers when the step would have to be done.
  private func look(
    at step: Step, _ executor: StepExecutor, _ comparison: StepComparison,
    _ context: BuildContext, find: () throws -> StepExecutor.Result?
  ) throws -> (now: StepComparison.Now, layers: [StoredLayer]?) {
    do {
      let result: StepExecutor.Result?
      if let large = try LargeCopy(step, in: context) {
        let key = comparison.key(ofUnchanged: step, large)
        result = try key.flatMap(executor.cached)
        if result == nil { return (.init(outcome: .executed, key: key), nil) }
      } else {
        result = try find()
      }
      guard let result else { return (.init(outcome: .executed), nil) }
      return (
        .init(outcome: .reused, key: result.key, duration: result.duration), result.layers
      )
    } catch let undone as StepExecutor.Undone {
      return (.init(outcome: .executed, key: undone.key, parts: undone.parts), nil)
    }
  }
}
