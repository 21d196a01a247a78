import FileSystem
import Testing

/// The tests' own instance does what a real one does.
@Suite(
  .enabled(if: Machine.canUseEC2, "\(Machine.needsEC2)"), .onEC2, .serialized)
struct EC2MachineTests {
  let machine: EC2Machine

  init() throws { machine = try #require(EC2Machine.current) }

  private func send(_ script: String, seconds: Int = 60) throws -> (code: String, output: String) {
    let sent = try machine.aws(
      "ssm", "send-command", "--document-name", "AWS-RunShellScript", "--instance-ids",
      machine.instance, "--parameters",
      #"{"commands":["\#(script)"],"executionTimeout":["\#(seconds)"]}"#,
      "--query", "Command.CommandId", "--output", "text")
    try #require(sent.succeeded, "\(sent)")
    let id = sent.output.filter { !$0.isWhitespace }
    var answer: [Substring] = []
    let isDone = try eventually {
      let result = try machine.aws(
        "ssm", "get-command-invocation", "--command-id", id, "--instance-id", machine.instance,
        "--query", "[Status, ResponseCode, StandardOutputContent]", "--output", "text")
      answer = result.output.split(separator: "\t", maxSplits: 2)
      return result.succeeded && !["Pending", "InProgress"].contains(answer[0])
    }
    try #require(isDone)
    return ("\(answer[0]) \(answer[1])", answer.count > 2 ? String(answer[2]) : "")
  }

  @Test func commandsAreExecutedWithTheLimitsOfSSM() throws {
    #expect(try send("echo hello; exit 3").code == "Failed 3")
    #expect(try send("head -c 30000 /dev/zero | tr '\\\\0' x").output.count >= 24_000)
    #expect(try send("sleep 30", seconds: 1).code.hasPrefix("TimedOut"))
    #expect(try send("docker version --format x && echo ${HOME-none}").output.contains("none"))
    #expect(try send("mkdir -p /var/lib/runctl/runs && ls /var/lib").output.contains("runctl"))
    #expect(FileTree.exists(machine.runs))
  }

  @Test func theRegistryTakesThePasswordOfECR() throws {
    let script =
      "aws ecr get-login-password --region \(EC2Machine.region) | DOCKER_CONFIG=/var/lib/c docker "
      + "login --username AWS --password-stdin \(machine.registry.host)"
    #expect(try send(script).code == "Success 0")
  }
}
