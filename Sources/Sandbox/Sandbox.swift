import Diagnostics
import Glibc
package import Processes

/// Runs commands in containers: each in an overlay of directories, with Docker's defaults.
///
/// The work is done by a second process of this program, because namespaces want a single thread.
/// It ends, with everything in it, when this one does, whatever ends it. Knows nothing of images,
/// layers or steps.
package struct Sandbox: Sendable {
  /// Where the command reads from and writes to. With a terminal, only `inherit` makes sense.
  package struct Streams: Sendable {
    package var input: Command.Input
    package var output: Command.Output
    package var errors: Command.Output

    package init(
      input: Command.Input = .null, output: Command.Output = .inherit,
      errors: Command.Output = .inherit
    ) {
      self.input = input
      self.output = output
      self.errors = errors
    }
  }

  package static let defaultHost = ["/proc/self/exe", "internal", "sandbox"]

  private let runtime: Runtime?
  private let scratch: String
  private let cache: String?
  private let host: [String]

  /// - Parameters:
  ///   - runtime: nil where only ``probe(_:)`` is wanted.
  ///   - scratch: An absolute directory for mount points; nothing is ever written there.
  ///   - cache: An absolute directory that is the user's own, for small files that make later runs
  ///     faster by a third; nil keeps nothing.
  ///   - host: The command that calls `SandboxHost.main()` first thing.
  package init(
    runtime: Runtime?, scratch: String, cache: String? = nil, host: [String] = Sandbox.defaultHost
  ) {
    self.runtime = runtime
    self.scratch = scratch
    self.cache = cache
    self.host = host
  }

  /// Runs the command of `spec` to its end.
  ///
  /// - Returns: How the command itself ended.
  /// - Throws: ``SandboxError`` when it was not run; `interrupted` when it was ended for a signal
  ///   to this program (with ``SandboxSpec/InterruptionPolicy/kill``, or after a second signal).
  package func run(
    _ spec: SandboxSpec, streams: Streams = Streams(), interruption: Interruption? = .shared
  ) throws(SandboxError) -> ExitStatus {
    try runToItsEnd(spec, streams: streams, interruption: interruption).status
  }

  /// The same, and what else is known of the end.
  package func runToItsEnd(
    _ spec: SandboxSpec, streams: Streams = Streams(), interruption: Interruption? = .shared
  ) throws(SandboxError) -> SandboxEnding {
    guard let runtime else { throw .runtimeMissing }
    var group = Command.Group.own
    // Who shares the caller's standard input may need its terminal.
    if case .inherit = streams.input { group = .callers }
    return try perform(
      .run(spec, runtime), streams: streams, group: group, interruption: interruption,
      policy: spec.interruptionPolicy)
  }

  /// Tries whether snapshots can be made in a directory of the store.
  package func probe(_ directory: String) throws(SandboxError) {
    _ = try perform(
      .probe(directory: directory), streams: Streams(output: .null, errors: .null), group: .own,
      interruption: nil, policy: .kill)
  }

  /// What this process may do with the owners of files in snapshots.
  package enum Privilege: Sendable {
    /// Root of the machine: owners are real.
    case root
    /// Root of a user namespace: owners are real inside it.
    case rootOfNamespace
    /// Neither: snapshots can be looked at only, and commands run by ``runInUserNamespace``.
    case none
  }

  package static var privilege: Privilege {
    if geteuid() != 0 { return .none }
    return UserNamespace.hasAllIDs ? .root : .rootOfNamespace
  }

  /// Runs a program that sees the owners in the store as the container does. For root, that is
  /// simply running it.
  package func runInUserNamespace(
    _ arguments: [String], streams: Streams = Streams(input: .inherit),
    interruption: Interruption? = .shared
  ) throws(SandboxError) -> ExitStatus {
    // Who reads the terminal stays in its group, and gets its Ctrl-C from there.
    var isInteractive = false
    if case .inherit = streams.input { isInteractive = isatty(STDIN_FILENO) == 1 }
    return try perform(
      .userNamespace(arguments: arguments), streams: streams,
      group: isInteractive ? .callers : .own, interruption: isInteractive ? nil : interruption,
      policy: .forward
    ).status
  }

  private func perform(
    _ job: HostRequest.Job, streams: Streams, group: Command.Group, interruption: Interruption?,
    policy: SandboxSpec.InterruptionPolicy
  ) throws(SandboxError) -> SandboxEnding {
    let place = try ScratchDirectory(in: scratch)
    let request = HostRequest(job: job, scratch: place.path, cache: cache)
    let report: HostReport
    do throws(ProcessError) {
      report = try HostSession(request, policy: policy)
        .run(host, streams: streams, group: group, interruption: interruption)
    } catch .interrupted(let signal) {
      throw .interrupted(signal)
    } catch {
      throw .hostLost(reason: error.diagnostic.message)
    }
    switch report {
    case .ended(let ending): return ending
    case .failed(let error): throw error
    }
  }
}

/// An empty directory, removed when it goes out of scope.
private struct ScratchDirectory: ~Copyable {
  let path: String

  init(in parent: String) throws(SandboxError) {
    var template = Array("\(parent)/runctl-XXXXXX".utf8CString)
    guard
      let made = template.withUnsafeMutableBufferPointer({ buffer in
        buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
      })
    else { throw setupFailure("make a directory in '\(parent)'") }
    path = made
  }

  deinit { rmdir(path) }
}
