import BuildPlan
import FileSystem
import LayerArchive
import OCI
import Processes
import Sandbox
import Storage
import Synchronization

/// RUN: a command in a sandbox, whose changes become a layer.
extension StepExecutor {
  func executeRun(_ run: RunOperation, _ step: Step, on root: RootState) throws -> Result {
    var hasher = StepKeyHasher()
    var listing = StepKeyListing()
    describe(run, root, to: &hasher)
    describe(run, root, to: &listing)
    return try reuse(hasher.finalize(), listing, step) {
      let start = ContinuousClock.now
      guard let layer = try perform(run, step, on: root) else {
        return Result(layers: [], outcome: .unchanged(duration: .now - start))
      }
      let outcome = StepOutcome.executed(duration: .now - start, size: layer.descriptor.size)
      return Result(layers: [layer], outcome: outcome)
    }
  }

  private func describe(_ run: RunOperation, _ root: RootState, to sink: inout some KeySink) {
    run.describe(to: &sink, root: root.chain, platform: plan.platform)
    sink.field("times", String(recorder.epoch))
  }

  private func perform(
    _ run: RunOperation, _ step: Step, on root: RootState
  ) throws -> StoredLayer? {
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
    try execute(spec, step)
    let writer = try recorder.makeWriter()
    let tree = try services.reader.tree(of: root)
    guard
      try UpperDirectory.pack(
        directory: upper, over: tree, form: .ofCaller, epoch: recorder.epoch, into: writer)
    else { return nil }
    let layer = try recorder.record(writer.finish())
    let lock = try services.store.lock(layer.diffID)
    try services.store.snapshots.commit(upper, as: layer.diffID)
    _ = consume lock
    return layer
  }

  private func execute(_ spec: SandboxSpec, _ step: Step) throws {
    let tail = OutputTail()
    let events = services.events
    let sink: @Sendable (String) -> Void = { line in
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
      throw error
    }
    if services.interruption.requested != nil { throw BuildError.interrupted }
    guard status.isSuccess else {
      throw BuildError.commandFailed(status: describe(status), tail: tail.lines)
    }
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
