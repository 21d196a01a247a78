import Diagnostics
import FileSystem
import OCI
package import Processes
package import Sandbox
package import State

/// Runs images on this machine, in the sandbox.
///
/// Streams what the program prints and keeps it, passes signals on, brings outputs back, records how
/// it went, and leaves nothing else behind. Prints nothing of its own.
package struct LocalLauncher: Sendable {
  private let runtime: Runtime?
  private let state: ProjectState
  private let cache: String?
  private let host: [String]

  /// - Parameters:
  ///   - runtime: nil only where there is none: a run then fails with that reason.
  ///   - cache: See ``Sandbox``, as for `host`.
  package init(
    runtime: Runtime?, state: ProjectState, cache: String? = nil,
    host: [String] = Sandbox.defaultHost
  ) {
    self.cache = cache
    self.runtime = runtime
    self.state = state
    self.host = host
  }

  /// Runs a plan to its end.
  ///
  /// A first Ctrl-C or SIGTERM is the program's affair; a second one ends it.
  ///
  /// - Parameters:
  ///   - temporary: An absolute directory of this run's own, on a file system that can be the top of
  ///     an overlay; gone afterwards.
  /// - Returns: What came of it, whatever the program's code.
  /// - Throws: When the program was not started, or was ended by a second signal: ``LaunchError``,
  ///   `SandboxError`, `FileError`, `StateError`. The record then says why.
  package func run(
    _ plan: RunPlan, image: RunImage, folders: ProjectFolders, label: RunLabel, temporary: String,
    streams: LaunchStreams = LaunchStreams(), interruption: Interruption? = .shared
  ) throws -> RunResult {
    let workspace = try RunWorkspace(temporary)
    var recording = try RunRecording(label, in: state)
    let tee: OutputTee
    let status: ExitStatus
    let search = UndeclaredSearch(
      upper: workspace.upper, workingDirectory: TreePath(plan.workingDirectory),
      copied: image.places, outputs: plan.outputs, folders: folders)
    var collector = OutputCollector(
      tree: WrittenTree(upper: workspace.upper, image: image.tree),
      refuge: "\(recording.directory)/outputs")
    do {
      tee = try OutputTee(log: recording.log)
      try OutputFolders.prepare(plan, image: image)
      let lowers = image.lowers.isEmpty ? [try workspace.emptyLower()] : image.lowers
      let sandbox = Sandbox(
        runtime: runtime, scratch: workspace.scratch, cache: cache, host: host)
      status = try sandbox.run(
        workspace.spec(plan, lowers: lowers), streams: tee.streams(streams, plan),
        interruption: interruption)
    } catch {
      collector.collect(plan.outputs)
      _ = try? recording.finish(.failed(reason: Self.reason(error)))
      throw error
    }
    collector.collect(plan.outputs)
    var problems = collector.problems.map(\.diagnostic)
    if let problem = tee.problem { problems.append(problem.diagnostic) }
    let ending = RunRecord.Ending(status)
    let duration = recording.finish(ending, problems: &problems)
    return RunResult(
      id: recording.id.text, ending: ending, duration: duration, log: recording.log,
      broughtBack: collector.broughtBack, undeclared: search.find(),
      outputs: OutputState.inputs(
        of: plan.outputs, TouchedFileClock(directory: state.directory)), problems: problems)
  }

  static func reason(_ error: any Error) -> String {
    (error as? any ReportableError)?.diagnostic.message ?? "\(error)"
  }
}

extension OutputTee {
  fileprivate func streams(_ streams: LaunchStreams, _ plan: RunPlan) -> Sandbox.Streams {
    Sandbox.Streams(
      input: streams.readsInput || plan.terminal ? .inherit : .null,
      output: output(to: streams.output), errors: output(to: streams.errors))
  }
}

extension RunRecord.Ending {
  init(_ status: ExitStatus) {
    switch status {
    case .exited(let code): self = .exited(code: code)
    case .signaled(let signal): self = .signalled(signal)
    }
  }
}
