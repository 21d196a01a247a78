package import AWS
package import Diagnostics

/// Why something could not be done on an instance.
package enum RemoteError: ReportableError, Equatable {
  /// Its agent did not take the command.
  case unreachable(instance: String)
  case commandTimedOut(instance: String, seconds: Int)
  /// `told` is the state that SSM gave the command.
  case commandFailed(instance: String, told: String)
  /// The instance may have the command, and what came of it cannot be asked.
  case answerLost(AWSError)
  /// There is one with this ID already.
  case runExists(id: String)
  case notStarted(id: String, told: String)
  /// What the instance made of it is not known, and it could not be taken back.
  case startUnknown(id: String, told: String)
  /// The instance may not read the parameter with the environment's secrets.
  case secretsUnreadable(told: String)
  /// No shell can hand on a variable of this name.
  case unusableSecretName(String)
  case unreadableReply(id: String)
  case notStopped(id: String, told: String)

  /// Whether the run may be under way.
  package var leavesRun: Bool {
    if case .startUnknown = self { true } else { false }
  }

  package var diagnostic: Diagnostic {
    switch self {
    case .unreachable(let instance):
      Diagnostic(
        id: "instance-unreachable", "'\(instance)' does not take commands from SSM",
        help: "is it running, with the SSM agent and a role that has AmazonSSMManagedInstanceCore?")
    case .commandTimedOut(let instance, let seconds):
      Diagnostic(
        id: "remote-timeout", "a command on '\(instance)' was not done after \(seconds) s",
        help: "look whether the instance is busy or its disk is full, and try again")
    case .commandFailed(let instance, let told):
      Diagnostic(
        id: "remote-command", "SSM did not carry out a command on '\(instance)': \(told)",
        help: "look at the agent's log on the instance: /var/log/amazon/ssm")
    case .answerLost(let error): error.diagnostic
    case .runExists(let id):
      Diagnostic(id: "remote-run-exists", "the instance has a run '\(id)' already")
    case .notStarted(let id, let told):
      Diagnostic(
        id: "remote-not-started", "the run '\(id)' was not started on the instance: \(told)")
    case .startUnknown(let id, let told):
      Diagnostic(
        id: "remote-start-unknown", "whether the run '\(id)' was started is not known: \(told)",
        help: "runctl attach \(id) finds out and follows it; runctl stop \(id) ends it")
    case .secretsUnreadable(let told):
      Diagnostic(
        id: "remote-secrets", "the instance cannot read the environment's secrets: \(told)",
        help: "allow ssm:GetParameter on parameter/runctl/* in the policy of the instance's role "
          + "(docs/aws.md has it whole)")
    case .unusableSecretName(let name):
      Diagnostic(
        id: "secret-name", "the secret variable '\(name)' cannot be handed on",
        help: "use letters, digits and '_' in its name, and no digit first")
    case .unreadableReply(let id):
      Diagnostic(
        id: "remote-reply", "what the instance says of the run '\(id)' cannot be understood",
        help: "try again; look at /var/lib/runctl/runs/\(id) on the instance")
    case .notStopped(let id, let told):
      Diagnostic(
        id: "remote-not-stopped", "the run '\(id)' could not be stopped: \(told)",
        help: "try again, or on the instance: docker stop runctl-\(id)")
    }
  }
}
