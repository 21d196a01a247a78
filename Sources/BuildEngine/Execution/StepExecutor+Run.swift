import BuildPlan
import ContextScan
import FileSystem
import LayerArchive
import OCI
import Processes
import Sandbox
import Storage
import Synchronization

/// RUN: a command in a sandbox, whose changes become a layer.
extension StepExecutor {
  func executeRun(
    _ run: RunOperation, _ step: Step, on root: RootState, finished: (Step.ID) -> RootState
  ) throws -> Result {
    guard !run.contextMounts.isEmpty else {
      return try execute(RunJob(run: run, step: step, root: root, bound: [:]), finished)
    }
    return try withSteadyContext {
      let job = RunJob(
        run: run, step: step, root: root, bound: try contextMounts(of: run))
      return try execute(job, finished)
    }
  }

  /// One RUN on its way, with the files of the context that its mounts show.
  private struct RunJob {
    let run: RunOperation
    let step: Step
    let root: RootState
    let bound: [Int: ContextMount]
  }

  private func contextMounts(of run: RunOperation) throws -> [Int: ContextMount] {
    var found: [Int: ContextMount] = [:]
    for (index, mount) in run.mounts.enumerated() {
      guard case .bind(let bind) = mount.kind, bind.origin == .context else { continue }
      let files = try BoundFiles(mount, bind.source, in: context.tree(), of: context)
      found[index] = ContextMount(
        files: files, entries: try files.entries(in: context), context: context)
    }
    return found
  }

  private func execute(_ job: RunJob, _ finished: (Step.ID) -> RootState) throws -> Result {
    let contents = contents(of: job, finished)
    var hasher = StepKeyHasher()
    var listing = StepKeyListing()
    describe(job, contents, to: &hasher)
    describe(job, contents, to: &listing)
    return try reuse(hasher.finalize(), listing, job.step) {
      let start = ContinuousClock.now
      guard let layer = try perform(job, finished) else {
        return Result(layers: [], outcome: .unchanged(duration: .now - start))
      }
      let outcome = StepOutcome.executed(duration: .now - start, size: layer.descriptor.size)
      return Result(layers: [layer], outcome: outcome)
    }
  }

  /// What each mount shows: files by what is in them, other roots by their layers. What is in a
  /// cache does not count, nor a secret's value unless that is asked for.
  private func contents(of job: RunJob, _ finished: (Step.ID) -> RootState) -> [String] {
    job.run.mounts.enumerated().map { index, mount in
      switch mount.kind {
      case .bind(let bind):
        switch bind.origin {
        case .context: job.bound[index]?.digest.description ?? ""
        case .root(let id): finished(id).chain?.description ?? ""
        }
      case .cache(let cache): cache.seed.flatMap { finished($0).chain?.description } ?? ""
      case .secret(let secret): secrets.stamps[secret.id] ?? ""
      case .memory, .agent: ""
      }
    }
  }

  private func describe(_ job: RunJob, _ contents: [String], to sink: inout some KeySink) {
    job.run.describe(
      to: &sink, root: job.root.chain, platform: plan.platform, contents: contents,
      repetition: plan.repetition(of: job.step))
    sink.field("times", String(recorder.epoch))
  }

  private func perform(
    _ job: RunJob, _ finished: (Step.ID) -> RootState
  ) throws -> StoredLayer? {
    let (run, step, root) = (job.run, job.step, job.root)
    try SnapshotMaker.requirePrivilege()
    let space = try services.store.makeTemporaryDirectory("run")
    defer { try? FileTree.remove(space) }
    let upper = space + "/upper"
    for name in ["upper", "work", "empty"] { try FileTree.makeDirectories(space + "/" + name) }
    var lowers = try services.snapshots.directories(of: root)
    if lowers.isEmpty { lowers = [space + "/empty"] }
    var spec = SandboxSpec(
      lowers: lowers, writable: .directory(upper: upper, work: space + "/work"),
      arguments: run.arguments)
    spec.environment = run.environment + run.transparentEnvironment
    spec.workingDirectory = run.workingDirectory
    spec.user = run.user.isEmpty ? nil : run.user
    spec.network = run.hasNetwork ? .host : .none
    spec.hostname = "buildkitsandbox"
    if let script = run.script {
      spec.mounts.append(
        SandboxMount(
          .file(contents: Array(script.text.utf8), mode: 0o755, uid: 0, gid: 0),
          target: script.path, isReadOnly: true))
    }
    var preparation = MountPreparation(
      services, step, secrets, space: space, epoch: recorder.epoch)
    try preparation.prepare(run, bound: job.bound, finished: finished)
    spec.mounts += preparation.mounts
    spec.environment += preparation.environment
    try withExtendedLifetime(preparation) {
      try execute(spec, step, hiding: SecretMask(preparation.secretValues))
    }
    let writer = try recorder.makeWriter()
    let tree = try services.reader.tree(of: root)
    guard
      try UpperDirectory.pack(
        directory: upper, over: tree, form: .ofCaller, epoch: recorder.epoch,
        mountPoints: mountPoints(of: spec, in: tree), into: writer)
    else { return nil }
    let layer = try recorder.record(writer.finish())
    let lock = try services.store.lock(layer.diffID)
    try services.store.snapshots.commit(upper, as: layer.diffID, of: layer.diffID)
    _ = consume lock
    return layer
  }

  private func execute(_ spec: SandboxSpec, _ step: Step, hiding mask: SecretMask) throws {
    let tail = OutputTail()
    let events = services.events
    let sink: @Sendable (String) -> Void = { text in
      let line = mask.applied(to: text)
      tail.add(line)
      events(.output(step, line: line))
    }
    let status: ExitStatus
    do {
      status = try services.makeSandbox().run(
        spec, streams: .init(output: .lines(sink), errors: .joined),
        interruption: services.interruption)
    } catch let error as SandboxError {
      if case .interrupted = error { throw BuildError.interrupted }
      guard case .run(let run) = step.operation, let place = run.place(of: error) else {
        throw error
      }
      throw StepFailure(span: place, instruction: step.instruction, cause: error)
    }
    if services.interruption.requested != nil { throw BuildError.interrupted }
    guard status.isSuccess else {
      throw BuildError.commandFailed(status: describe(status), tail: tail.lines)
    }
  }

  /// The places that were made for mounts, with the directories above them: empty ones are no part
  /// of what the command did, whatever it did to them.
  private func mountPoints(of spec: SandboxSpec, in tree: RootTree) throws -> Set<TreePath> {
    var points: Set<TreePath> = []
    for mount in spec.mounts {
      let place = try tree.resolve(TreePath(mount.target)).path
      points.formUnion((place.ancestors.dropFirst() + [place]).filter { tree.entry(at: $0) == nil })
    }
    return points
  }

  private func describe(_ status: ExitStatus) -> String {
    switch status {
    case .exited(let code): "exit code \(code)"
    case .signaled(let signal): "ended by signal \(signal)"
    }
  }
}

/// The last lines of what a command prints.
private final class OutputTail: Sendable {
  private static let limit = 20
  private let kept = Mutex<[String]>([])

  func add(_ line: String) {
    kept.withLock { kept in
      kept.append(line)
      if kept.count > Self.limit { kept.removeFirst() }
    }
  }

  var lines: [String] { kept.withLock { $0 } }
}
