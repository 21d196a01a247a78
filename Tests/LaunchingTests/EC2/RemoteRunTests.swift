import AWS
import Processes
import State
import Synchronization
import Testing

@testable import Launching

/// What is made of answers that do not come.
struct RemoteRunTests {
  /// Answers in order, and keeps what it was asked.
  private final class ToldShell: RemoteShell {
    private let answers: Mutex<[Result<String, any Error>]>
    private let asked = Mutex<[String]>([])

    init(_ answers: Result<String, any Error>...) { self.answers = Mutex(answers) }

    var scripts: [String] { asked.withLock { $0 } }

    func run(_ script: String, timeout: Duration) throws -> RemoteResult {
      asked.withLock { $0.append(script) }
      let answer = try #require(answers.withLock { $0.isEmpty ? nil : $0.removeFirst() })
      return RemoteResult(code: 0, output: try answer.get(), errors: "")
    }
  }

  private static let lost = AWSError.refused(
    operation: ["ssm", "send-command"], code: "", told: "Could not connect")

  @Test(
    arguments: [
      lost, AWSError.refused(operation: ["ssm"], code: "ThrottlingException", told: ""),
      AWSError.refused(operation: ["ssm"], code: "InternalServerError", told: ""),
      AWSError.refused(operation: ["ssm"], code: "InvalidInstanceId", told: ""),
      RemoteError.unreachable(instance: "i-0"),
      RemoteError.commandTimedOut(instance: "i-0", seconds: 1),
      RemoteError.commandFailed(instance: "i-0", told: "Terminated"),
    ] as [any Error])
  func whatMayPassIsWaitedFor(error: any Error) throws {
    let shell = ToldShell(
      .failure(error), .failure(error), .success("size 2\nphase running\nnote slow\nraw\nb24=\n"))
    let interruption = Interruption()
    let run = RemoteRun(shell, id: "x", waiting: .seconds(1), interruption: interruption)
    #expect(try run.news(after: 0, waiting: .seconds(1)) == RunNews())
    #expect(try run.news(after: 0, waiting: .seconds(1)) == RunNews())
    #expect(try run.news(after: 0, waiting: .seconds(1)).chunks.first?.bytes == Array("on".utf8))
    // It is said once.
    #expect(run.notes.count == 2)
    #expect(run.notes.first?.contains("not reached since") == true)
    #expect(run.notes.last == "slow")
  }

  @Test func whoDoesNotWaitIsToldAtOnce() {
    let run = RemoteRun(ToldShell(.failure(Self.lost)), id: "x")
    #expect(throws: Self.lost) { try run.news(after: 0, waiting: .zero) }
  }

  @Test func whatStaysWrongIsTold() {
    let denied = AWSError.denied(action: "ssm:SendCommand", told: "")
    let run = RemoteRun(ToldShell(.failure(denied)), id: "x")
    #expect(throws: denied) { try run.news(after: 0, waiting: .seconds(1)) }
  }

  @Test(arguments: [("", false), ("copied\n", true)])
  func onlyTheInstanceKnowsWhetherOutputsAreCopied(line: String, isCopied: Bool) throws {
    let shell = ToldShell(.success("size 0\nphase running\nending exited 0\n\(line)raw\n"))
    let news = try RemoteRun(shell, id: "x").news(after: 0, waiting: .zero)
    #expect(news.ending == .exited(code: 0))
    #expect(news.isCopied == isCopied)
  }

  // MARK: Starts

  private func start(by shell: ToldShell) throws {
    let job = RemoteJob(
      id: "20261201-120000-abcd", region: "eu-central-1",
      program: .container(image: "host/image@sha256:0", login: .own), arguments: ["true"])
    try RemoteStart(shell, AWSProgram(environment: [:])).start(job) { Issue.record("\($0)") }
  }

  @Test(
    arguments: [
      lost, RemoteError.answerLost(.noCredentials(told: "expired")),
      RemoteError.answerLost(.denied(action: "ssm:GetCommandInvocation", told: "")),
      AWSError.unreadableReply(operation: ["ssm", "send-command"]),
      AWSError.interrupted(.interrupt), RemoteError.commandTimedOut(instance: "i-0", seconds: 1),
    ] as [any Error])
  func aStartWhoseAnswerIsLostIsTakenBack(error: any Error) throws {
    let shell = ToldShell(.failure(error), .success(""))
    #expect(throws: (any Error).self) { try start(by: shell) }
    #expect(shell.scripts.count == 2)
    #expect(shell.scripts.last?.contains("tell stop 0") == true)
  }

  @Test func oneThatCannotBeTakenBackMayRun() {
    let shell = ToldShell(.failure(Self.lost), .failure(Self.lost))
    #expect {
      try start(by: shell)
    } throws: {
      ($0 as? RemoteError)?.leavesRun == true
    }
  }

  @Test(
    arguments: [
      AWSError.denied(action: "ssm:SendCommand", told: ""), AWSError.noCredentials(told: ""),
      AWSError.noRegion,
      AWSError.refused(operation: ["ssm", "send-command"], code: "InvalidInstanceId", told: ""),
      RemoteError.unreachable(instance: "i-0"),
    ] as [any Error])
  func whatDidNotGetThereNeedsNoStop(error: any Error) {
    let shell = ToldShell(.failure(error))
    #expect(throws: (any Error).self) { try start(by: shell) }
    #expect(shell.scripts.count == 1)
  }
}
