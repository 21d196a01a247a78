import BuildEngine
import BuildPlan
import ContextScan
import FileSystem
import OCI
import Project
import State
import Storage

/// Making an image that is out of date, and what spares a closer look the next time.
extension ImageTarget {
  /// After a closer look has found nothing: gives the image the names that are asked for, and
  /// notes what spares that look the next time.
  func settle(_ output: Output, _ state: ProjectState) throws -> Output {
    guard let assessment = output.assessment else { return output }
    let quick = try mark(assessment, naming: output.manifest, contents: output.contents)
    try state.targets.setQuick(quick.bytes, for: target)
    return output
  }

  /// The names that are asked for and that this image does not have; nil without any.
  func missingNames() throws -> [ImageReference]? {
    guard !localNames.isEmpty else { return nil }
    let record = try workspace.reading(writesNext: true).targets.current(target)
    let store = try workspace.store()
    return try localNames.filter {
      try store.images.image(named: $0)?.manifest.digest.description != record?.output
    }
  }

  private func name(_ manifest: Digest) throws {
    guard !localNames.isEmpty else { return }
    let store = try workspace.store()
    let bytes = try store.blobs.read(manifest)
    try store.images.set(
      localNames,
      to: Descriptor(mediaType: .imageManifest, digest: manifest, size: Int64(bytes.count)))
  }

  /// Builds what an assessment found to be out of date.
  func make(
    _ assessment: Assessment, _ state: ProjectState, services: BuildServices,
    sendingTo destinations: [ImageReference] = [], noting uploads: LayerUploads = LayerUploads()
  ) throws -> BuiltImage {
    let start = ContinuousClock.now
    let builder = ImageBuilder(
      services, usesCache: settings.usesCache && !settings.alwaysMakes, epoch: settings.epoch,
      secrets: try buildSecrets(assessment))
    let built = try builder.build(
      assessment.plan, context: assessment.context, sendingTo: destinations, noting: uploads,
      comparedWith: earlier(assessment.changes, state),
      keeping: { keep($0, of: assessment.plan) })
    // What was packed is what was assessed, unless files were edited meanwhile.
    let isSteady = assessment.context.walkCount == assessment.walkCount
    let quick = try mark(
      assessment, naming: built.manifest.digest, contents: built.contents)
    let record = TargetRecord(
      inputs: assessment.inputs + (isSteady ? [] : [ImageInputs.unsteady]),
      output: built.manifest.digest.description,
      contents: built.contents, files: assessment.use.files, changes: assessment.changes,
      places: built.places, steps: try CanonicalJSON.encode(built.steps),
      reasons: assessment.reasons, duration: .now - start)
    let steps = built.steps.compactMap { $0.key.flatMap { Digest(hex: $0) } }
    let downloads = Set(assessment.plan.sources.values.map(\.content)).sorted()
    try workspace.store().builds.set(
      built.manifest.digest, steps: steps + downloads, for: owner)
    try state.targets.add(record, for: target, quick: quick.bytes)
    return built
  }

  /// What a build has done that failed, the next one finds, whoever makes room in between.
  private func keep(_ steps: [Digest], of plan: BuildPlan) {
    guard let base = plan.bases.first?.base.manifest.digest else { return }
    try? workspace.store().builds.keep(steps, for: owner, on: base)
  }

  /// As the store knows it.
  private var owner: BuildOwner {
    BuildOwner(
      project: workspace.project.root.path, image: image.name, stage: image.target ?? "")
  }

  /// Keeps an image that is up to date from being taken for one that nobody uses.
  func noteUse() { UseMarker(of: owner, in: workspace.storePaths).touch() }

  /// What a build of it would do, step by step.
  func forecast(_ assessment: Assessment, _ state: ProjectState) throws -> [StepReport] {
    let services = try workspace.services(jobs: nil, events: { _ in })
    return try BuildForecast(
      services, usesCache: settings.usesCache && !settings.alwaysMakes, epoch: settings.epoch,
      secrets: buildSecrets(assessment)
    ).steps(
      of: assessment.plan, context: assessment.context,
      comparedWith: earlier(assessment.changes, state))
  }

  func buildSecrets(_ assessment: Assessment) throws -> BuildSecrets {
    try secrets.forBuild(
      SecretKey(workspace.store()), assessment.plan.secrets, agents: settings.agents)
  }

  /// What steps are compared with, for those who ask why they are done.
  func earlier(_ changes: [FileChange], _ state: ProjectState) throws -> EarlierBuild {
    guard let entry = try state.history.newest(of: target) else { return .none }
    return EarlierBuild(
      steps: try StepReport.list(state.history.steps(of: entry)),
      changedFiles: changes.map(\.path))
  }

  /// When a base has to be asked for again, however little changes until then.
  private func expiry(of plan: BuildPlan) throws -> Int64? {
    guard workspace.project.configuration.baseMaxAge != nil else { return nil }
    return try workspace.resolver(settings, workspace.lockFile()) { _ in }
      .expiry(of: plan.bases.map(\.key))
  }

  /// Names the image, and makes the number for the next time of what was looked at this time.
  /// - Returns: One that nothing matches when anything has changed since the look: the next one must
  ///   be close.
  private func mark(
    _ assessment: Assessment, naming manifest: Digest, contents: [Digest]
  ) throws -> QuickMark {
    let before = assessment.before
    let namesAreUnchanged = try namesOfStore() == before.names
    try name(manifest)
    let names = try namesOfStore()
    let inputs = try quickInputs()
    let unsettled = QuickMark(parts: try parts(contents).fingerprint())
    guard namesAreUnchanged, assessment.context.walkCount == assessment.walkCount,
      try before.watched.areUnchanged(by: workspace.clock()),
      try inputs.fingerprint() == before.quick
    else { return unsettled }
    var fingerprint = try inputs.fingerprint()
    fingerprint.add(unsettled.parts)
    fingerprint.add(names)
    if !assessment.plan.contextRoots.isEmpty {
      let walk = try assessment.context.settle { assessment.use.files.entry(at: $0)?.content }
      guard let walk else { return unsettled }
      fingerprint.add(walk)
    }
    return QuickMark(
      fingerprint: fingerprint, parts: unsettled.parts, roots: assessment.context.roots,
      expiry: try expiry(of: assessment.plan))
  }
}
