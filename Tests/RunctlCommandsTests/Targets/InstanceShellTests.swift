import AWS
import Launching
import Testing

@testable import RunctlCommands

struct InstanceShellTests {
  private struct FailingShell: RemoteShell {
    let error: any Error

    func run(_ script: String, timeout: Duration) throws -> RemoteResult { throw error }
  }

  private static let unknown = AWSError.refused(
    operation: ["ssm", "send-command"], code: "InvalidInstanceId", told: "")
  private static let denied = AWSError.denied(action: "ec2:DescribeInstances", told: "")
  private static let own = "111111111111"

  private func shell(
    failing error: any Error, of account: String? = own,
    for caller: @escaping @Sendable () throws -> String = { own },
    state: @escaping @Sendable () throws -> String?
  ) -> InstanceShell {
    InstanceShell(
      shell: FailingShell(error: error), instance: "i-01234567", account: account,
      caller: caller, state: state)
  }

  @Test(
    arguments: [
      unknown, RemoteError.unreachable(instance: "i-01234567"),
      RemoteError.commandFailed(instance: "i-01234567", told: "Undeliverable"),
    ] as [any Error], ["terminated", nil])
  func whatIsTerminatedIsGone(error: any Error, state: String?) {
    #expect(throws: InstanceGone()) {
      try shell(failing: error) { state }.run("", timeout: .seconds(1))
    }
  }

  @Test(arguments: ["stopped", "stopping", "pending", "running", "shutting-down"])
  func whatMayStartAgainIsOnlyNotReached(state: String) {
    #expect(throws: RemoteError.unreachable(instance: "i-01234567")) {
      try shell(failing: Self.unknown) { state }.run("", timeout: .seconds(1))
    }
  }

  @Test func whoMayNotAskConcludesNothing() {
    #expect(throws: RemoteError.unreachable(instance: "i-01234567")) {
      try shell(failing: Self.unknown) { throw Self.denied }.run("", timeout: .seconds(1))
    }
    #expect(throws: RemoteError.unreachable(instance: "i-01234567")) {
      try shell(failing: Self.unknown, for: { throw Self.denied }, state: { nil })
        .run("", timeout: .seconds(1))
    }
  }

  @Test func withoutARecordedAccountNoInstanceMeansNothing() {
    #expect(throws: RemoteError.unreachable(instance: "i-01234567")) {
      try shell(failing: Self.unknown, of: nil) { nil }.run("", timeout: .seconds(1))
    }
  }

  @Test func anotherAccountIsTold() {
    #expect(
      throws: OtherAccount(instance: "i-01234567", account: "222222222222", caller: Self.own)
    ) {
      try shell(failing: Self.unknown, of: "222222222222") { nil }.run("", timeout: .seconds(1))
    }
  }

  @Test func otherErrorsStayAsTheyAre() {
    #expect(throws: Self.denied) {
      try shell(failing: Self.denied) { "terminated" }.run("", timeout: .seconds(1))
    }
  }
}
