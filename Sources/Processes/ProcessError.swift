package import Diagnostics
import Glibc

/// A program that could not be run. One that ran and failed is no error here: see ``ExitStatus``.
package enum ProcessError: ReportableError, Equatable {
  case notFound(program: String)
  case notExecutable(program: String)
  case noSuchDirectory(path: String)
  case unstartable(program: String, errno: Int32)
  /// A system call around the program failed, such as the one that makes a pipe.
  case system(operation: String, errno: Int32)
  case timedOut(program: String, after: Duration)
  /// A signal asked runctl to stop before the program was started.
  case interrupted(Interruption.Signal)

  package var diagnostic: Diagnostic {
    switch self {
    case .notFound(let program):
      Diagnostic(
        id: "program-not-found", "cannot find the program '\(program)'",
        help: "install it, or add its folder to PATH")
    case .notExecutable(let program):
      Diagnostic(
        id: "program-not-executable", "may not run '\(program)'",
        help: "check its permissions (chmod +x) and that its file system is not mounted noexec")
    case .noSuchDirectory(let path):
      Diagnostic(
        id: "no-such-directory", "cannot run a program in '\(path)': there is no such directory",
        help: "create it, or choose another working directory")
    case .unstartable(let program, let errno):
      Diagnostic(id: "program-not-started", "cannot start '\(program)': \(reason(errno))")
    case .system(let operation, let errno):
      Diagnostic(
        id: "system-error", "cannot \(operation): \(reason(errno))",
        help: errno == EMFILE ? "raise the limit of open files (ulimit -n)" : nil)
    case .timedOut(let program, let limit):
      Diagnostic(
        id: "program-timed-out", "'\(program)' did not end within \(limit.components.seconds) s")
    case .interrupted(let signal):
      Diagnostic(id: "interrupted", signal == .interrupt ? "interrupted" : "terminated")
    }
  }

  private func reason(_ errno: Int32) -> String {
    let text = String(cString: strerror(errno))
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
