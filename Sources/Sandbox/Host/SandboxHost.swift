import CLinux
import FileSystem
import FoundationEssentials
import Glibc
import Processes

/// The second process: makes the namespaces, keeps watch, and takes everything along when it ends.
///
/// It has one thread, because namespaces and fork(2) want that: ``main()`` must be called before
/// anything starts another.
package enum SandboxHost {
  /// Reads the request, does it, reports. Prints nothing.
  /// - Returns: The code to exit with: 0 when a report was made.
  package static func main() -> Int32 {
    for channel in [HostChannel.request, HostChannel.control, HostChannel.report] {
      guard clinux_set_close_on_exec(channel) == 0 else { return 2 }
    }
    // Signals for the command come through the control pipe alone.
    let ignored = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTTOU, SIGTTIN, SIGTSTP]
    _ = clinux_ignore_signals(ignored, ignored.count)
    umask(0o022)
    guard let bytes = try? File(descriptor: HostChannel.request, path: "request").readToEnd(),
      let request = try? JSONDecoder().decode(HostRequest.self, from: Data(bytes))
    else { return 2 }
    do throws(SandboxError) {
      return try perform(request)
    } catch {
      report(.failed(error))
      return 0
    }
  }

  private static func perform(_ request: HostRequest) throws(SandboxError) -> Int32 {
    let groups = try groups(for: request)
    defer { groups?.remove() }
    let isUserNamespace = try UserNamespace.enterIfNeeded()
    if case .userNamespace(let arguments) = request.job {
      return try isolate(flags: clinux_new_processes) { () throws(SandboxError) in
        SandboxEnding(status: try UserNamespaceProgram(arguments: arguments).run())
      }
    }
    var flags = clinux_new_mounts | clinux_new_processes
    if case .run(let spec, _) = request.job, spec.network == .none { flags |= clinux_new_network }
    let mode = terminalMode(for: request)
    defer {
      mode?.restore()
      if case .run(_, let runtime) = request.job, runtime.kind == .runc {
        ControlGroups.remove(FileTree.lastComponent(of: request.scratch))
      }
    }
    return try isolate(flags: flags) { () throws(SandboxError) in
      switch request.job {
      case .run(let spec, let runtime):
        return try Supervisor(
          spec: spec, runtime: runtime, scratch: request.scratch, cache: request.cache,
          isUserNamespace: isUserNamespace
        ).run(in: groups)
      case .probe(let directory):
        return try StoreProbe(
          directory: directory, scratch: request.scratch, isUserNamespace: isUserNamespace
        ).run().map { SandboxEnding(status: $0) }
      case .userNamespace: return SandboxEnding(status: .success)
      }
    }
  }

  private static func groups(for request: HostRequest) throws(SandboxError) -> CommandGroups? {
    guard case .run(let spec, _) = request.job, let limits = spec.limits else { return nil }
    return try CommandGroups(limits, name: FileTree.lastComponent(of: request.scratch))
  }

  private static func terminalMode(for request: HostRequest) -> TerminalMode? {
    guard case .run(let spec, _) = request.job, spec.terminal else { return nil }
    let mode = TerminalMode(of: 0)
    mode?.makeRaw()
    return mode
  }

  /// Does the work as the first process of new namespaces, and waits for it or for the end of the
  /// program that wanted it.
  private static func isolate(
    flags: Int32, _ work: () throws(SandboxError) -> SandboxEnding?
  ) throws(SandboxError) -> Int32 {
    guard clinux_unshare(flags) == 0 else { throw setupFailure("make namespaces") }
    let parent = clinux_pidfd_open(getpid())
    let child = clinux_fork()
    guard child >= 0 else { throw setupFailure("start a process") }
    if child == 0 { _exit(supervise(parent: parent, work)) }
    return wait(for: child)
  }

  private static func supervise(
    parent: Int32, _ work: () throws(SandboxError) -> SandboxEnding?
  ) -> Int32 {
    // One thread each: a parent's death is the death of its only thread.
    _ = clinux_die_with_parent()
    var watched = pollfd(parent)
    guard poll(&watched, 1, 0) == 0 else { return 1 }
    close(parent)
    do throws(SandboxError) {
      guard let ending = try work() else { return 1 }
      report(.ended(ending))
    } catch {
      report(.failed(error))
    }
    return 0
  }

  private static func wait(for child: pid_t) -> Int32 {
    let watch = clinux_pidfd_open(child)
    var control = pollfd(HostChannel.control)
    // Only its end: the bytes in it are the supervisor's.
    control.events = 0
    var watched = [pollfd(watch), control]
    while poll(&watched, 2, -1) < 0, errno == EINTR {}
    if watched[0].revents == 0 { kill(child, SIGKILL) }
    var found: pid_t = 0
    var code: Int32 = 0
    var signal: Int32 = 0
    _ = clinux_reap(child, true, &found, &code, &signal)
    return signal == 0 ? code : 1
  }

  private static func report(_ report: HostReport) {
    guard let bytes = try? JSONEncoder().encode(report) else { return }
    let file = File(descriptor: HostChannel.report, path: "report")
    try? file.write(Array(bytes))
  }
}
