import CLinux
import FileSystem
import Glibc

/// A started process. Someone must call ``end(kill:)``, once.
struct Child: Sendable {
  let process: pid_t
  /// Becomes readable when the process ends.
  let watch: Int32
  private let group: Command.Group

  init(
    _ command: Command, path: String, descriptors: [clinux_descriptor]
  ) throws(ProcessError) {
    group = command.group
    let error: Int32
    (error, process) = Self.spawn(command, path: path, descriptors: descriptors)
    guard error == 0 else { throw Self.failure(error, path: path, command: command) }
    watch = clinux_pidfd_open(process)
    guard watch >= 0 else {
      let error = errno
      kill(process, SIGKILL)
      _ = try? Self.reap(process)
      throw .system(operation: "watch a process", errno: error)
    }
  }

  private static func spawn(
    _ command: Command, path: String, descriptors: [clinux_descriptor]
  ) -> (error: Int32, process: pid_t) {
    var process: pid_t = 0
    let error = withCStrings(command.arguments) { arguments in
      withEnvironment(command.environment) { environment in
        descriptors.withUnsafeBufferPointer { descriptors in
          path.withCString { path in
            withOptionalCString(command.workingDirectory) { directory in
              var request = clinux_spawn(
                path: path, arguments: arguments, environment: environment, directory: directory,
                descriptors: descriptors.baseAddress, descriptor_count: descriptors.count,
                group: CLINUX_GROUP_OWN, terminal: -1)
              switch command.group {
              case .own: break
              case .callers: request.group = CLINUX_GROUP_CALLERS
              case .session: request.group = CLINUX_GROUP_SESSION
              case .foreground(let terminal): request.terminal = terminal
              }
              return clinux_spawn(&request, &process)
            }
          }
        }
      }
    }
    return (error, process)
  }

  private static func failure(_ error: Int32, path: String, command: Command) -> ProcessError {
    let program = command.arguments.first ?? ""
    if error == ENOENT || error == ENOTDIR || error == EACCES,
      let directory = command.workingDirectory,
      (try? FileStatus.of(directory, followLink: true))?.kind != .directory
    {
      return .noSuchDirectory(path: directory)
    }
    switch error {
    case ENOENT where !FileTree.exists(path): return .notFound(program: program)
    case EACCES: return .notExecutable(program: program)
    default: return .unstartable(program: program, errno: error)
    }
  }

  /// A process group's number when the child has one of its own, else the child alone.
  private var target: pid_t {
    if case .callers = group { return process }
    return -process
  }

  func pass(on request: Interruption.Request) {
    switch request {
    case .stop(let signal): kill(target, signal.number)
    case .kill: kill(target, SIGKILL)
    }
  }

  /// Waits for the end, and kills what is left of the group.
  func end(kill mustKill: Bool) throws(ProcessError) -> ExitStatus {
    defer { close(watch) }
    if mustKill { kill(target, SIGKILL) }
    waitUntilEnded()
    if target < 0 { kill(target, SIGKILL) }
    if case .foreground(let terminal) = group { clinux_set_foreground(terminal, getpgrp()) }
    return try Self.reap(process)
  }

  /// The process stays a zombie, so that its group's number cannot be another's yet.
  private func waitUntilEnded() {
    var event = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
    while poll(&event, 1, -1) < 0, errno == EINTR {}
  }

  private static func reap(_ process: pid_t) throws(ProcessError) -> ExitStatus {
    var found: pid_t = 0
    var code: Int32 = 0
    var signal: Int32 = 0
    guard clinux_reap(process, true, &found, &code, &signal) == 0 else {
      throw .system(operation: "wait for a process", errno: errno)
    }
    return signal == 0 ? .exited(code) : .signaled(signal)
  }
}
