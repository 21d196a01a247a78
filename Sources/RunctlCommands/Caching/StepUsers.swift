import OCI
import Storage

/// Which newest builds use a step's result: those that looked it up, and those that have its layers
/// by another key.
struct StepUsers {
  private let builds: [(build: BuildRecord, keys: Set<Digest>, layers: Set<Digest>)]

  init(_ steps: [StepEntry], _ builds: [BuildRecord]) {
    let layers = Dictionary(steps.map { ($0.key, $0.diffIDs) }, uniquingKeysWith: { $1 })
    self.builds = builds.map { build in
      (build, Set(build.steps), Set(build.steps.flatMap { layers[$0] ?? [] }))
    }
  }

  func builds(of step: StepEntry) -> [BuildRecord] {
    builds.filter { _, keys, layers in
      keys.contains(step.key) || !step.diffIDs.isEmpty && layers.isSuperset(of: step.diffIDs)
    }.map(\.build)
  }
}
