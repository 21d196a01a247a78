package import BuildPlan
package import ContextScan
import OCI
import Storage

/// What a build would do, step by step. Nothing is done.
///
/// What a step that has not been done leaves is not known: a later COPY is looked at as if it left
/// nothing, and a later RUN has to be done.
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
      plan, with: earlier, usesCache: usesCache, steps: services.store.steps)
    var left: [Left] = []
    for step in plan.steps {
      let root = step.parent.map { left[$0.index].root } ?? .empty
      let isKnown = step.dependencies.allSatisfy { left[$0.index].isKnown }
      guard step.inputs.allSatisfy({ left[$0.index].isKnown }) else {
        try comparison.add(step, .init(outcome: .executed))
        left.append(Left(root: root, isKnown: false))
        continue
      }
      do {
        let result = try executor.execute(step, on: root) { left[$0.index].root }
        try comparison.add(
          step, .init(outcome: .reused, key: result.key, duration: result.duration))
        left.append(Left(root: root.adding(result.layers), isKnown: isKnown))
      } catch let undone as StepExecutor.Undone {
        try comparison.add(
          step, .init(outcome: .executed, key: undone.key, parts: undone.parts))
        left.append(Left(root: root, isKnown: false))
      }
    }
    return comparison.reports
  }
}
