package import AWS
package import Processes

/// An instance's shell by way of Systems Manager: nothing listens on the instance, and who may do
/// what is in the account's policies.
package struct SSMShell: RemoteShell {
  private let aws: AWSProgram
  private let instance: String
  private let interruption: Interruption?

  /// - Parameters:
  ///   - aws: Its own interruption is not looked at.
  ///   - interruption: A signal that comes during a call ends it. One that came before does not:
  ///     what has to be done because of it can be done.
  package init(
    _ aws: AWSProgram, instance: String, interruption: Interruption? = .shared
  ) {
    self.aws = aws
    self.instance = instance
    self.interruption = interruption
  }

  /// - Throws: ``RemoteError``, or ``AWSError`` when the script was not sent, as far as anybody knows.
  ///   Interrupted, the script on the instance is ended.
  package func run(_ script: String, timeout: Duration) throws -> RemoteResult {
    try LaterSignals.of(interruption) { call in
      try run(script, seconds: max(1, Int(timeout.components.seconds)), call)
    }
  }

  private func run(_ script: String, seconds: Int, _ call: Interruption) throws -> RemoteResult {
    let program = aws.interrupted(by: call)
    let request = try SSMCommand.request(script, instance: instance, seconds: seconds)
    let command = try program.call(
      ["ssm", "send-command"], input: request, as: SSMCommand.Sent.self
    ).Command.CommandId
    do {
      return try wait(for: command, seconds: seconds, program, call)
    } catch AWSError.interrupted(let signal) {
      // It is given up; whether the instance hears of that in time changes nothing.
      _ = try? aws.interrupted(by: nil).call(
        ["ssm", "cancel-command"], ["--command-id", command, "--instance-ids", instance])
      throw AWSError.interrupted(signal)
    } catch let error as AWSError {
      throw RemoteError.answerLost(error)
    }
  }

  private func wait(
    for command: String, seconds: Int, _ program: AWSProgram, _ call: Interruption
  ) throws -> RemoteResult {
    let end = ContinuousClock.now + .seconds(seconds + 2 * SSMCommand.delivery)
    var pause = Duration.milliseconds(100)
    while ContinuousClock.now < end {
      call.pause(pause)
      if let signal = call.requested { throw AWSError.interrupted(signal) }
      pause = min(pause * 3 / 2, .seconds(2))
      guard let state = try invocation(of: command, program), !state.isUnderWay else { continue }
      return try result(of: state, seconds: seconds)
    }
    throw RemoteError.commandTimedOut(instance: instance, seconds: seconds)
  }

  /// nil while SSM does not know of it everywhere, or cannot be asked: the command goes on.
  private func invocation(
    of command: String, _ program: AWSProgram
  ) throws -> SSMCommand.Invocation? {
    do {
      return try program.call(
        ["ssm", "get-command-invocation"], ["--command-id", command, "--instance-id", instance],
        as: SSMCommand.Invocation.self)
    } catch AWSError.refused(_, code: "InvocationDoesNotExist", _) {
      return nil
    } catch let error where error.isPassing {
      return nil
    }
  }

  private func result(of state: SSMCommand.Invocation, seconds: Int) throws -> RemoteResult {
    switch state.Status {
    case "Success", "Failed":
      guard let code = state.ResponseCode, code >= 0 else {
        throw RemoteError.commandFailed(
          instance: instance, told: state.StatusDetails ?? state.Status)
      }
      return RemoteResult(
        code: Int32(clamping: code), output: state.StandardOutputContent ?? "",
        errors: state.StandardErrorContent ?? "")
    case "TimedOut" where state.StatusDetails?.hasPrefix("Delivery") == true:
      throw RemoteError.unreachable(instance: instance)
    case "TimedOut": throw RemoteError.commandTimedOut(instance: instance, seconds: seconds)
    default:
      throw RemoteError.commandFailed(instance: instance, told: state.StatusDetails ?? state.Status)
    }
  }
}
