import BuildEngine
import BuildPlan
import ContextScan
import Diagnostics
import DockerfileSyntax
import FileSystem
import Glibc
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
  let secrets: ImageSecrets

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
    /// Of the time before; nil when there was none.
    let record: TargetRecord?
    /// What differs in the files from the time before; none when there was none.
    let changes: [FileChange]
    let reasons: [String]
    let walkCount: Int
    let before: Beginning
  }

  /// How things stood before anything was read.
  struct Beginning {
    let watched: WatchedFiles
    /// Of what is watched by stat record, without the store's names.
    let quick: StatFingerprint
    let names: StatFingerprint
  }

  init(_ workspace: Workspace, _ image: ImageDefinition, _ settings: BuildSettings) throws {
    self.workspace = workspace
    self.image = image
    self.settings = settings
    dockerfile = try image.dockerfilePath()
    ignore = try IgnoreSource.find(dockerfile: dockerfile, context: image.context)
    target = Target(image: image.name, kind: .image, detail: image.target ?? "")
    secrets = ImageSecrets(image.secrets, workspace.environment)
  }

  // MARK: Whether

  /// - Parameter state: Opened for reading or writing: nothing is written here.
  func verdict(_ state: ProjectState, events: @escaping EventSink) throws -> Verdict {
    var seen: ContextLook?
    if !settings.alwaysMakes, !settings.asksForBases,
      let output = try quickOutput(state, keeping: { seen = $0 })
    {
      return .upToDate(output)
    }
    // Nothing will be recorded of what is found: one walk is enough.
    return try closeVerdict(state, seen: seen, events: events)
  }

  /// Compares stat records, as one number: nil when that is not enough to say that it is up to date.
  /// - Parameter keep: Given what the walk has seen; without it, nothing is kept of that.
  func quickOutput(
    _ state: ProjectState, keeping keep: ((ContextLook) -> Void)? = nil
  ) throws -> Output? {
    guard let record = try state.targets.quick(target),
      let mark = QuickMark(bytes: record.fingerprint), let manifest = Digest(record.output)
    else { return nil }
    if let expiry = mark.expiry, Int64(time(nil)) >= expiry { return nil }
    let parts = try parts(record.contents).fingerprint()
    guard parts == mark.parts else { return nil }
    var now = try quickInputs().fingerprint()
    now.add(parts)
    now.add(try namesOfStore())
    if !mark.roots.isEmpty {
      let walker = ContextWalker(
        root: image.context, rules: try ignore.rules(for: image, workspace), below: mark.roots)
      if let keep {
        let look = try walker.look(clock: workspace.clock())
        now.add(look.fingerprint)
        keep(look)
      } else {
        now.add(try walker.fingerprint())
      }
    }
    guard now == mark.fingerprint else { return nil }
    return Output(manifest: manifest, contents: record.contents)
  }

  /// Looks at contents, and leaves aside what stat records say.
  /// - Parameter seen: A walk that need not be made again.
  func closeVerdict(
    _ state: ProjectState, seen: ContextLook? = nil, events: @escaping EventSink
  ) throws -> Verdict {
    let assessment = try self.assessment(state, seen: seen, events: events)
    guard assessment.reasons.isEmpty, let record = assessment.record,
      let manifest = Digest(record.output)
    else { return .outOfDate(assessment) }
    return .upToDate(Output(manifest: manifest, contents: record.contents, assessment: assessment))
  }

  /// - Throws: `DiagnosticList` when it cannot be understood.
  func readDockerfile() throws -> Dockerfile {
    let source = SourceFile(name: shownPath(dockerfile), bytes: try FileTree.read(dockerfile))
    let (parsed, findings) = Dockerfile.parse(source)
    if findings.contains(where: { $0.severity == .error }) { throw DiagnosticList(findings) }
    return parsed
  }

  /// What a closer look finds, whether anything has to be done or not.
  func assessment(
    _ state: ProjectState, seen: ContextLook? = nil, events: @escaping EventSink
  ) throws -> Assessment {
    let before = try beginning()
    let parsed = try readDockerfile()
    let planner = try Planner(parsed, request)
    let lock = try workspace.lockFile()
    let bases = try workspace.resolver(settings, lock, events: events)
      .resolve(planner.bases)
    var plan = try planner.plan(with: bases)
    if !plan.remoteFiles.isEmpty {
      plan.sources = try workspace.sourceResolver(settings, lock, events: events)
        .resolve(plan.remoteFiles)
    }
    let context = BuildContext(
      root: image.context, rules: try ignore.rules(for: image, workspace),
      roots: plan.contextRoots, modes: image.normalizesModes ? .normalized : .kept,
      clock: workspace.clock(),
      storage: StoredDigests(state.digests, context: image.context), seen: seen)
    let use = try use(of: plan, in: context)
    let record = try state.targets.current(target)
    let inputs = SecretInputs.keeping(
      record?.inputs ?? [],
      in: try ImageInputs(self, source: parsed.source, plan: plan, use: use).all, secrets)
    let changes = record.map { FileChange.between($0.files, use.files) } ?? []
    let mark = try state.targets.quick(target).flatMap { QuickMark(bytes: $0.fingerprint) }
    let isWhole = try record.map {
      try parts($0.contents).areWhole(mark?.parts, in: workspace.store)
    }
    return Assessment(
      plan: plan, context: context, use: use, inputs: inputs, record: record, changes: changes,
      reasons: reasons(record, inputs, changes, isWhole: isWhole != false),
      walkCount: context.walkCount, before: before)
  }

  private func reasons(
    _ record: TargetRecord?, _ inputs: [Input], _ changes: [FileChange], isWhole: Bool
  ) -> [String] {
    guard let record else { return ["it was never built"] }
    var reasons = ChangeDescription.lines(
      InputChange.between(record.inputs, inputs).filter { SecretInputs.counts($0.name, secrets) },
      files: changes)
    if !isWhole { reasons.append("the image is no longer whole in the store") }
    if settings.alwaysMakes {
      reasons.append(settings.usesCache ? "-B was given" : "--no-cache was given")
    }
    return reasons
  }

  /// A file that is written while it is read is read again, three times at most.
  private func use(of plan: BuildPlan, in context: BuildContext) throws -> ContextUse {
    for _ in 0..<2 {
      do { return try ContextUse.of(plan, in: context) } catch ContextError.changedWhileReading {
        context.walkAgain()
      }
    }
    return try ContextUse.of(plan, in: context)
  }

  func parts(_ contents: [Digest]) -> StoredParts {
    StoredParts(paths: workspace.storePaths, contents: contents)
  }
}
