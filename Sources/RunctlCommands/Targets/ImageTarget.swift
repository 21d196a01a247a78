import BuildEngine
import BuildPlan
import ContextScan
import Diagnostics
import DockerfileSyntax
import FileSystem
import OCI
import Project
import State
import Storage

/// An image of the project: whether it is up to date, why not, and making it.
struct ImageTarget {
  let workspace: Workspace
  let image: ImageDefinition
  let settings: BuildSettings
  let dockerfile: String
  let ignore: IgnoreSource
  let target: Target

  /// What is known about the image now.
  enum Verdict {
    case upToDate(Output)
    case outOfDate(Assessment)
  }

  /// An image that is in the store.
  struct Output {
    let manifest: Digest
    let contents: [Digest]
    /// What was found by a closer look; nil when none was needed.
    var assessment: Assessment?
  }

  /// What a closer look has found.
  struct Assessment {
    let plan: BuildPlan
    let context: BuildContext
    let use: ContextUse
    let inputs: [Input]
    let reasons: [String]
    let walkCount: Int
  }

  init(_ workspace: Workspace, _ image: ImageDefinition, _ settings: BuildSettings) throws {
    self.workspace = workspace
    self.image = image
    self.settings = settings
    dockerfile = try image.dockerfilePath()
    ignore = try IgnoreSource.find(dockerfile: dockerfile, context: image.context)
    target = Target(image: image.name, kind: .image, detail: image.target ?? "")
  }

  // MARK: Whether

  /// - Parameter state: Opened for reading or writing: nothing is written here.
  func assess(_ state: ProjectState, events: @escaping EventSink) throws -> Verdict {
    if !settings.alwaysMakes, !settings.asksForBases, let output = try quickly(state) {
      return .upToDate(output)
    }
    return try examine(state, events: events)
  }

  /// Looks without reading a file: nil when that is not enough to say that it is up to date.
  func look(_ state: ProjectState) throws -> Verdict? {
    try quickly(state).map { .upToDate($0) }
  }

  /// Compares one number.
  private func quickly(_ state: ProjectState) throws -> Output? {
    guard let record = try state.targets.quick(target),
      let mark = QuickMark(bytes: record.fingerprint), let manifest = Digest(record.output)
    else { return nil }
    var now = try quickInputs().fingerprint(
      contents: record.contents, in: workspace.storePaths.blobs)
    if !mark.roots.isEmpty {
      let walker = ContextWalker(
        root: image.context, rules: try ignore.rules(for: image, workspace), below: mark.roots)
      now.add(try walker.fingerprint())
    }
    guard now == mark.fingerprint else { return nil }
    return Output(manifest: manifest, contents: record.contents)
  }

  /// Looks at contents, and leaves aside what stat records say.
  func examine(_ state: ProjectState, events: @escaping EventSink) throws -> Verdict {
    let source = SourceFile(name: shownPath(dockerfile), bytes: try FileTree.read(dockerfile))
    let (parsed, findings) = Dockerfile.parse(source)
    if findings.contains(where: { $0.severity == .error }) { throw DiagnosticList(findings) }
    let planner = try Planner(parsed, request)
    let bases = try workspace.resolver(asksAgain: settings.asksForBases, events: events)
      .resolve(planner.bases)
    let plan = try planner.plan(with: bases)
    let context = BuildContext(
      root: image.context, rules: try ignore.rules(for: image, workspace),
      roots: plan.contextRoots, clock: workspace.clock(),
      storage: StoredDigests(state.digests, context: image.context))
    let use = try ContextUse.of(plan, in: context)
    let inputs = try ImageInputs(self, source: source, plan: plan, use: use).all
    let record = try state.targets.current(target)
    let assessment = Assessment(
      plan: plan, context: context, use: use, inputs: inputs,
      reasons: try reasons(record, inputs, use), walkCount: context.walkCount)
    if assessment.reasons.isEmpty, let record, let manifest = Digest(record.output) {
      return .upToDate(
        Output(manifest: manifest, contents: record.contents, assessment: assessment))
    }
    return .outOfDate(assessment)
  }

  private func reasons(
    _ record: TargetRecord?, _ inputs: [Input], _ use: ContextUse
  ) throws -> [String] {
    guard let record else { return ["it was never built"] }
    var reasons = ChangeDescription.lines(
      InputChange.between(record.inputs, inputs),
      files: FileChange.between(record.files, use.files))
    let blobs = workspace.storePaths.blobs
    if record.contents.contains(where: { !FileTree.exists(blobs + "/" + $0.hex) }) {
      reasons.append("the image is no longer in the store")
    }
    if settings.alwaysMakes { reasons.append("-B was given") }
    return reasons
  }

  // MARK: Making

  /// After a closer look has found nothing: gives the image the names that are asked for, and
  /// notes what spares that look the next time.
  func settle(_ output: Output, _ state: ProjectState) throws -> Output {
    guard let assessment = output.assessment else { return output }
    try name(output.manifest)
    let quick = try mark(
      assessment.plan, assessment.context, assessment.use, contents: output.contents)
    try state.targets.setQuick(quick?.bytes, for: target)
    return output
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
      services, usesCache: settings.usesCache && !settings.alwaysMakes, epoch: settings.epoch)
    let built = try builder.build(
      assessment.plan, context: assessment.context, sendingTo: destinations, noting: uploads)
    try name(built.manifest.digest)
    // What was packed is what was assessed, unless files were edited meanwhile.
    let isUnchanged = assessment.context.walkCount == assessment.walkCount
    let quick =
      isUnchanged
      ? try mark(
        assessment.plan, assessment.context, assessment.use, contents: built.contents) : nil
    let record = TargetRecord(
      inputs: assessment.inputs, output: built.manifest.digest.description,
      contents: built.contents, files: assessment.use.files, places: built.places,
      reasons: assessment.reasons, duration: .now - start)
    try state.targets.add(record, for: target, quick: quick?.bytes)
    return built
  }

  /// The number for the next time, made of what was looked at this time.
  private func mark(
    _ plan: BuildPlan, _ context: BuildContext, _ use: ContextUse, contents: [Digest]
  ) throws -> QuickMark? {
    var fingerprint = try quickInputs().fingerprint(
      contents: contents, in: workspace.storePaths.blobs)
    if !plan.contextRoots.isEmpty {
      guard let walk = try context.settle(use.contents) else { return nil }
      fingerprint.add(walk)
    }
    return QuickMark(fingerprint: fingerprint, roots: context.roots)
  }

  // MARK: What goes in

  var request: BuildRequest {
    BuildRequest(
      target: image.target, arguments: image.buildArguments, labels: settings.labels,
      platform: image.platform ?? .host)
  }

  /// The names that the image gets in the store.
  var localNames: [ImageReference] {
    let configured = image.tags.map { tag in
      switch tag {
      case .tag(let text):
        ImageReference(
          registry: ImageReference.dockerHub, repository: "library/" + image.name, tag: text)
      case .name(let place): place.reference(tag: place.tag ?? "latest")
      }
    }
    return settings.names + configured
  }

  private func quickInputs() -> QuickInputs {
    var inputs = QuickInputs()
    inputs.texts = [
      ("runctl", Version.current), ("image", image.name), ("context", image.context),
      ("target", image.target ?? ""), ("platform", request.platform.description),
      ("epoch", String(settings.epoch)), ("store", workspace.storePaths.root),
      ("names", localNames.map(\.description).joined(separator: " ")),
    ]
    inputs.texts += image.buildArguments.map { ("argument " + $0.key, $0.value) }
    inputs.texts += settings.labels.map { ("label " + $0.key, $0.value) }
    inputs.files = [dockerfile] + ignore.candidates + [workspace.storePaths.index]
    if let configuration = workspace.project.root.configurationPath {
      inputs.files.append(configuration)
    }
    return inputs
  }

  /// As short as it can be said from the project's root.
  func shownPath(_ path: String) -> String {
    let root = workspace.project.root.path + "/"
    return path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
  }
}
