import BuildEngine
import BuildPlan
import ContextScan
import FileSystem
import Glibc
import OCI
import Processes
import Project
import Storage

/// Builds an image from nothing, each time in a store of its own. What the user's store has of
/// bases and downloads is used; it is not written to, and neither is the project's state.
struct FreshBuilds {
  /// How much later the second build begins, so that no time in it is that of the first.
  private static let pause: Int64 = 2

  let target: ImageTarget
  let assessment: ImageTarget.Assessment
  /// An empty directory that is gone afterwards.
  let space: String

  func first(_ view: BuildProgressView) throws -> ComparedBuild {
    let store = try makeStore("first", takingFrom: target.workspace.store())
    return try build(in: store, assessment.context, .usual, view)
  }

  /// The same with everything else that should not matter.
  func second(after first: ComparedBuild, _ view: BuildProgressView) throws -> ComparedBuild {
    let store = try makeStore("second", takingFrom: first.services.store)
    let context = try copyContext()
    let start = first.moment.ended + Self.pause
    while Int64(time(nil)) < start {
      if Interruption.shared.isRequested() { throw BuildError.interrupted }
      usleep(50_000)
    }
    let surroundings = Surroundings.elsewhere(at: Int64(time(nil)))
    return try VariedProcess.run(in: surroundings) {
      try build(in: store, context, surroundings, view)
    }
  }

  private func makeStore(_ name: String, takingFrom other: Store) throws -> Store {
    let store = try Store.open(StorePaths(root: "\(space)/\(name)"), target.workspace.terminal)
    for (_, base) in assessment.plan.bases {
      try store.adopt(base.manifest.digest, from: other)
    }
    for source in assessment.plan.sources.values {
      try store.adopt(content: source.content, from: other)
    }
    return store
  }

  private func copyContext() throws -> BuildContext {
    // Somewhere else, and not as deep.
    let place = "\(space)/copy of the context"
    try FileTree.makeDirectories(place)
    try ContextCopy.make(
      of: assessment.context.tree(), in: place, isCancelled: Interruption.shared.isRequested)
    return BuildContext(
      root: place, rules: try target.ignore.rules(for: target.image, target.workspace),
      roots: assessment.context.roots,
      modes: target.image.normalizesModes ? .normalized : .kept,
      clock: TouchedFileClock(directory: space), storage: NoDigests())
  }

  private func build(
    in store: Store, _ context: BuildContext, _ surroundings: Surroundings,
    _ view: BuildProgressView
  ) throws -> ComparedBuild {
    let services = try target.workspace.services(
      in: store, jobs: target.settings.jobs, surroundings: surroundings, events: view.handle)
    let began = Int64(time(nil))
    let image = try builder(services).build(assessment.plan, context: context)
    // Not every command sees the other time.
    let ended = Int64(time(nil)) + surroundings.clockShift
    return ComparedBuild(
      services: services, plan: assessment.plan, context: context, image: image,
      moment: .init(began: began, ended: ended, surroundings: surroundings))
  }

  private func builder(_ services: BuildServices) throws -> ImageBuilder {
    ImageBuilder(
      services, usesCache: true, epoch: target.settings.epoch,
      secrets: try target.buildSecrets(assessment))
  }

  /// For who looks for causes: does steps of a build again.
  func repetition(of build: ComparedBuild) throws -> StepTrials.Redo {
    let (epoch, secrets) = (target.settings.epoch, try target.buildSecrets(assessment))
    return { step, surroundings in
      var services = build.services
      services.surroundings = surroundings
      services.events = { _ in }
      return try ImageBuilder(services, usesCache: false, epoch: epoch, secrets: secrets)
        .redo(step, of: build.plan, context: build.context, after: build.image)
    }
  }
}

/// Nothing of what files contained is taken from an earlier time, or kept.
private struct NoDigests: DigestStorage {
  func records(of directory: [UInt8]) throws -> [UInt8]? { nil }
  func set(_ changed: [[UInt8]: [UInt8]]) throws {}
}
