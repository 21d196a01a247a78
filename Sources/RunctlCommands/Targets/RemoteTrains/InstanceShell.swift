import AWS
import Diagnostics
import Launching

/// The shell of an instance on which a run was started: where no command gets there any more, it
/// finds out whether one ever will.
struct InstanceShell: RemoteShell {
  let shell: any RemoteShell
  let instance: String
  /// Whose the instance is; nil where that was not recorded.
  let account: String?
  /// Who asks.
  let caller: @Sendable () throws -> String
  /// What EC2 says of the instance: `stopped`; nil where it knows none.
  let state: @Sendable () throws -> String?

  /// - Throws: ``InstanceGone`` or ``OtherAccount`` for good; anything else may pass, as an instance
  ///   that was stopped can start again.
  func run(_ script: String, timeout: Duration) throws -> RemoteResult {
    do { return try shell.run(script, timeout: timeout) } catch {
      switch error {
      case AWSError.refused(_, "InvalidInstanceId", _):
        try conclude()
        throw RemoteError.unreachable(instance: instance)
      case RemoteError.unreachable, RemoteError.commandFailed:
        try conclude()
        throw error
      default: throw error
      }
    }
  }

  /// Who cannot be asked says nothing.
  private func conclude() throws {
    let isOwn = try isOwn()
    let found: String?
    do { found = try state() } catch { return }
    // To another account every instance is unknown.
    if found == "terminated" || found == nil && isOwn { throw InstanceGone() }
  }

  /// - Returns: Whether whoever asks is known to belong to the instance's account.
  private func isOwn() throws -> Bool {
    guard let account, let caller = try? caller() else { return false }
    guard caller == account else {
      throw OtherAccount(instance: instance, account: account, caller: caller)
    }
    return true
  }
}

/// The instance was terminated, and what ran on it with it.
struct InstanceGone: Error, Equatable {
  static let reason = "the instance is gone"
}

/// Whoever asks for an instance does so from another account than its own.
struct OtherAccount: ReportableError, Equatable {
  let instance: String
  let account: String
  let caller: String

  var diagnostic: Diagnostic {
    Diagnostic(
      id: "other-account",
      "'\(instance)' belongs to account \(account), and account \(caller) is asking",
      help: "name a profile of account \(account) (--profile, AWS_PROFILE)")
  }
}
