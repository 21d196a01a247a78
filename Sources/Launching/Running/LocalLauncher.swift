import Diagnostics
import FileSystem
import Glibc
import OCI
import Processes
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
  /// - Throws: When the program was not started: ``LaunchError``, `SandboxError`, `FileError`,
  ///   `StateError`. The record then says why.
  package func run(
    _ plan: RunPlan, image: RunImage, folders: ProjectFolders, label: RunLabel, temporary: String,
    streams: LaunchStreams = LaunchStreams(), stopper: RunStopper = RunStopper(),
    moments: RunMoments = RunMoments()
  ) throws -> RunResult {
    let workspace = try RunWorkspace(temporary)
    let search = UndeclaredSearch(
      upper: workspace.upper, workingDirectory: TreePath(plan.workingDirectory),
      copied: image.places, outputs: plan.outputs, folders: folders)
    let course = RunCourse(
      label: label, state: state, outputs: plan.outputs, checkpoints: plan.checkpoints,
      moments: moments, stopper: stopper)
    return try course.run { directory, tee in
      try OutputFolders.prepare(plan) { ImageUser.find(plan.user, in: image) }
      let lowers = image.lowers.isEmpty ? [try workspace.emptyLower()] : image.lowers
      let sandbox = Sandbox(
        runtime: runtime, scratch: workspace.scratch, cache: cache, host: host)
      return RunRecord.Ending(
        try sandbox.runToItsEnd(
          workspace.spec(plan, lowers: lowers, directory: directory),
          streams: tee.streams(streams, plan),
          interruption: stopper.interruption))
    } gather: { directory in
      var collector = OutputCollector(
        tree: WrittenTree(upper: workspace.upper, image: image.tree),
        refuge: "\(directory)/outputs")
      collector.collect(plan.outputs)
      return RunCourse.Yield(
        broughtBack: collector.broughtBack, undeclared: search.find(),
        problems: collector.problems)
    }
  }
}

extension OutputTee {
  fileprivate func streams(_ streams: LaunchStreams, _ plan: RunPlan) -> Sandbox.Streams {
    Sandbox.Streams(
      input: streams.readsInput || plan.terminal ? .inherit : .null,
      output: output(.output, to: streams.output), errors: output(.errors, to: streams.errors))
  }
}

extension RunRecord.Ending {
  init(_ status: ExitStatus) {
    switch status {
    case .exited(let code): self = .exited(code: code)
    case .signaled(let signal): self = .signalled(signal)
    }
  }

  /// A program that made do without what was killed beside it ended by itself.
  init(_ ending: SandboxEnding) {
    let isKilled = ending.status.code == 128 + SIGKILL
    self = isKilled && ending.ranOutOfMemory ? .outOfMemory : Self(ending.status)
  }
}
