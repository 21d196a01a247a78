import AWS
import BuildEngine
import Diagnostics
import FileSystem
import Glibc
import Launching
import Processes
import Project
import Registry
import Sandbox
import State
import Storage

/// The exit codes that scripts rely on; listed in `docs/exit-codes.md`.
enum CommandStatus: Int32 {
  case success = 0
  /// A target failed.
  case failure = 1
  /// What was compared is not the same: as diff(1) says it.
  static let differs = CommandStatus.failure
  /// Of the command line or the configuration.
  case usage = 2
  case outOfDate = 3
  case notReproducible = 4
  case lockDrift = 5
  case credentials = 6
  case registry = 7
  /// The cloud, or another machine, cannot be used.
  case infrastructure = 8
  /// The state database or the store cannot be used.
  case storage = 9
  /// A check found what would make the run fail.
  case preflight = 10
  case timedOut = 124
  case interrupted = 130
  case terminated = 143

  init(_ error: any Error) {
    switch error {
    case let failure as StepFailure: self = Self.ofStep(failure.cause)
    case let failure as SupervisedFailure: self = failure.status
    case BuildError.interrupted, SandboxError.interrupted, RegistryError.cancelled,
      ProcessError.interrupted:
      self = Self.ofInterruption
    case is DiagnosticList, is Diagnostic, is ProjectError, is UsageError, is SecretError,
      is RunChoiceError, is ReplayError:
      self = .usage
    case LaunchError.dockerFailed, LaunchError.dockerRefused, LaunchError.containerUnreachable:
      self = .infrastructure
    case is DockerProgram.Failure: self = .infrastructure
    case LaunchError.system, LaunchError.runLost, LaunchError.unwanted: self = .failure
    case is LaunchError: self = .usage
    case let error as RegistryError: self = error.isCredentialProblem ? .credentials : .registry
    case BuildError.pinNotFound: self = .registry
    case AWSError.interrupted: self = Self.ofInterruption
    case AWSError.noCredentials, is OtherAccount: self = .credentials
    case RemoteError.answerLost(let error): self = Self(error)
    case is AWSError, is RemoteError: self = .infrastructure
    case is PreflightFailure: self = .preflight
    case RepositoryError.missing: self = .registry
    case RepositoryError.denied: self = .credentials
    case is LockDrift: self = .lockDrift
    case is StorageError, is StateError: self = .storage
    case let error as FileError where error.errno == ENOSPC || error.errno == EROFS:
      self = .storage
    case let error as FileError where error.isCancelled: self = Self.ofInterruption
    default: self = .failure
    }
  }

  private static var ofInterruption: CommandStatus {
    Interruption.shared.requested == .terminate ? .terminated : .interrupted
  }

  /// A base image that cannot be had is the registry's matter, whichever step wants it.
  private static func ofStep(_ cause: any Error) -> CommandStatus {
    let status = CommandStatus(cause)
    return status == .usage ? .failure : status
  }
}

/// The command line asks for what cannot be.
struct UsageError: ReportableError, Equatable {
  let diagnostic: Diagnostic

  init(_ id: String, _ message: String, help: String? = nil) {
    diagnostic = Diagnostic(id: id, message, help: help)
  }
}
