package import Diagnostics
import Glibc
package import Processes

/// Why a command was not run, or the sandbox around it broke. A command that ran and failed is no
/// error here.
package enum SandboxError: ReportableError, Equatable, Codable {
  case runtimeMissing
  /// The second process of runctl did not come up, or ended without a word.
  case hostLost(reason: String)
  /// A step of preparing the sandbox failed.
  case setupFailed(step: String, reason: String)
  case userNamespacesForbidden(setting: String, remedy: String)
  case subordinateIDsMissing(user: String, file: String)
  case mountSourceMissing(path: String)
  /// `place` is where in the root a mount cannot be.
  case unusableMountPoint(place: String, reason: String)
  case unknownUser(name: String)
  case unknownGroup(name: String)
  case commandNotFound(name: String, text: String)
  case commandNotExecutable(name: String, text: String)
  case runtimeFailed(runtime: String, text: String)
  case unsuitableStore(path: String, reason: String, remedy: String)
  /// A limit was asked for, and this system lets nobody set it here.
  case limitsUnavailable(reason: String, remedy: String)
  case interrupted(Interruption.Signal)

  /// What `docker run` would exit with: 127, 126, or 125 for a failure of its own.
  package var exitCode: Int32 {
    switch self {
    case .commandNotFound: 127
    case .commandNotExecutable: 126
    case .interrupted(let signal): signal.exitCode
    default: 125
    }
  }

  package var diagnostic: Diagnostic {
    let (id, message, help) = text
    return Diagnostic(id: id, message, help: help)
  }

  private var text: (id: String, message: String, help: String?) {
    switch self {
    case .runtimeMissing:
      (
        "no-container-runtime",
        "a command must run in a container, and neither crun nor runc is there",
        "install one of them (apt-get install crun)"
      )
    case .hostLost(let reason):
      ("sandbox-lost", "the process that holds the sandbox was lost: \(reason)", nil)
    case .setupFailed(let step, let reason):
      ("sandbox-setup", "cannot \(step): \(reason)", Self.setupHelp(reason))
    case .userNamespacesForbidden(let setting, let remedy):
      (
        "no-user-namespaces",
        "a command must run in a container, and this system forbids that to you: \(setting)", remedy
      )
    case .subordinateIDsMissing(let user, let file):
      (
        "no-subordinate-ids", "'\(user)' has no range of ids in '\(file)'",
        "as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(user)"
      )
    case .mountSourceMissing(let path):
      ("mount-source", "cannot mount '\(path)': there is nothing", "create it, or remove the mount")
    case .unusableMountPoint(let place, let reason):
      ("mount-point", "cannot mount at '\(place)': \(reason)", nil)
    case .unknownUser(let name):
      (
        "unknown-user", "the image has no user '\(name)'",
        "add it in a RUN (useradd), or write its number"
      )
    case .unknownGroup(let name):
      (
        "unknown-group", "the image has no group '\(name)'",
        "add it in a RUN (groupadd), or write its number"
      )
    case .commandNotFound(let name, let text):
      ("command-not-found", "the image has no command '\(name)': \(text)", nil)
    case .commandNotExecutable(let name, let text):
      ("command-not-executable", "the image's '\(name)' cannot be run: \(text)", nil)
    case .runtimeFailed(let runtime, let text):
      ("runtime-failed", "\(runtime) cannot start the container: \(text)", nil)
    case .unsuitableStore(let path, let reason, let remedy):
      ("unsuitable-store", "'\(path)' cannot hold the layers of a build: \(reason)", remedy)
    case .limitsUnavailable(let reason, let remedy):
      ("no-limits", "memory and processors cannot be limited: \(reason)", remedy)
    case .interrupted(let signal):
      ("interrupted", signal == .interrupt ? "interrupted" : "terminated", nil)
    }
  }

  private static func setupHelp(_ reason: String) -> String? {
    guard reason == String(cString: strerror(EPERM)) else { return nil }
    return "in a container, runctl needs one that may mount (docker run --privileged)"
  }
}

/// The last system call failed; `step` completes "cannot …".
func setupFailure(_ step: String, errno: Int32 = Glibc.errno) -> SandboxError {
  .setupFailed(step: step, reason: String(cString: strerror(errno)))
}
