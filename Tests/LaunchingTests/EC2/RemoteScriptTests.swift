import AWS
import Diagnostics
import FileSystem
import Glibc
import Processes
import Project
import State
import Synchronization
import TestSupport
import Testing

@testable import Launching

/// What the scripts do on an instance, by a shell of this machine.
struct RemoteScriptTests {
  private let room: InstanceRoom

  init() throws { room = try InstanceRoom() }

  private func job(_ outputs: [RemoteJob.Output] = []) -> RemoteJob {
    var job = RemoteJob(
      id: InstanceRoom.id, region: "eu-central-1", program: .code(archive: "s3://x/code.tar.gz"),
      arguments: ["true"])
    job.outputs = outputs
    return job
  }

  // MARK: Looks

  @Test func aLookWhileARunIsStartedChangesNothing() throws {
    try room.inRun("echo x > secrets; echo x > secrets.part; echo container > kind")
    #expect(try room.look().ending == nil)
    #expect(room.has("secrets") && room.has("secrets.part") && !room.has("ending"))
    // Nobody's start takes as long.
    try room.inRun("touch -d '10 minutes ago' .")
    #expect(try room.look().ending == .failed(reason: "its start was broken off"))
    #expect(!room.has("secrets") && !room.has("secrets.part"))
  }

  @Test(arguments: [
    (
      "cat /proc/sys/kernel/random/boot_id > boot",
      "what looked after the run on the instance was killed"
    ),
    ("echo other > boot", "the instance was restarted"),
  ])
  func aSupervisorThatIsGoneIsNamed(boot: String, reason: String) throws {
    try room.inRun("echo '1 2' > pid; echo 'pulling the image' > phase; \(boot)")
    #expect(try room.look().ending == .failed(reason: reason))
  }

  @Test func aRunThatMayStillComeIsWaitedFor() throws {
    var look = RemoteLook(offset: 0, wait: .seconds(10))
    look.isEarly = true
    let come = "(sleep 1; mkdir -p \(RemoteSupervisor.folder(ofRun: InstanceRoom.id))) & "
    look.wait = .seconds(2)
    let reply = try #require(RemoteReply(room.run(come + look.script(id: InstanceRoom.id)).output))
    #expect(reply.isThere && reply.ending == nil)
  }

  // MARK: Processes

  /// setproctitle and the like name processes as they want.
  @Test(arguments: ["sleep", "a b", "x) R 1 (y", "((", ") "])
  func aProcessIsKnownWhateverItIsCalled(name: String) throws {
    let words = ShellWords.line([name])
    let output = try room.inRun(
      """
      cp "$(command -v sleep)" \(words)
      ./\(words) 20 &
      tell client "$! $(start_of $!)"
      tries=0
      until [ "$(cat /proc/$!/comm)" = \(words) ] || [ "$tries" -gt 40 ]; do
        tries=$((tries + 1)); sleep 0.05
      done
      is_there client && echo there
      fields_of "$pid" | cut -c1
      kill "$pid"
      wait "$pid" 2>/dev/null
      is_there client || echo gone
      """)
    #expect(output.hasPrefix("there\n"))
    #expect(output.hasSuffix("\ngone\n"))
    #expect(output.split(separator: "\n")[1].count == 1)
  }

  /// - Parameter isOwn: Whether the start in the file is the process's.
  @Test(arguments: ["pid", "client"], [true, false])
  func onlyItsOwnProcessesAreEnded(file: String, isOwn: Bool) throws {
    let phase = file == "pid" ? "pulling" : "running"
    try room.inRun(
      """
      setsid sleep 60 </dev/null >/dev/null 2>&1 &
      echo $! > sleeper
      tries=0
      while [ "$tries" -lt 50 ] && ! kill -0 -- "-$!" 2>/dev/null; do
        tries=$((tries + 1)); sleep 0.05
      done
      tell \(file) "$! \(isOwn ? "$(start_of $!)" : "1")"
      tell phase \(phase)
      tell kind code
      """)
    let sleeper = try #require(
      pid_t(room.scratch.read("runs/\(InstanceRoom.id)/sleeper").dropLast()))
    defer { kill(sleeper, SIGKILL) }
    #expect(try room.run(RemoteStop.script(id: InstanceRoom.id, grace: 0)).code == 0)
    // The kernel takes its time with it.
    for _ in 0..<100 where isOwn && lives(sleeper) { usleep(20_000) }
    #expect(lives(sleeper) == !isOwn)
    #expect(room.has("ending") == (file == "pid"))
  }

  private func lives(_ process: pid_t) -> Bool {
    guard let stat = try? FileTree.read("/proc/\(process)/stat") else { return false }
    return !String(decoding: stat, as: UTF8.self).contains(") Z ")
  }

  // MARK: Starts

  @Test func ofAStartThatFailsNothingStays() throws {
    try room.program("aws", "echo no >&2; exit 1")
    let result = try room.run(RemoteStart.script(for: job(), secrets: ["/runctl/x/0"]))
    #expect(result.code == 18)
    #expect(try room.scratch.names("runs") == [])
  }

  @Test func aSupervisorThatComesTooLateDoesNothing() throws {
    try room.program("setsid", "sleep 1; exec /usr/bin/setsid \"$@\"")
    try room.program("aws", "echo started > '\(room.scratch("started"))'; exit 1")
    let patient = RemoteStart.script(for: job(), secrets: [])
    let script = patient.replacing("-lt 300 ]", with: "-lt 1 ]")
    #expect(script != patient)
    #expect(try room.run(script).code == 1)
    try room.run("sleep 2")
    #expect(try room.scratch.names("runs") == [])
    #expect(!FileTree.exists(room.scratch("started")))
  }

  @Test func oneThatWasTakenBackMeanwhileEnds() throws {
    try room.program("aws", "echo started > '\(room.scratch("started"))'; exit 1")
    try room.inRun("echo 0 > stop; : > job")
    try room.run(
      "cd \(RemoteSupervisor.folder(ofRun: InstanceRoom.id))\n\(RemoteSupervisor.text)\n:")
    #expect(try room.look().ending == .stopped(code: 143))
  }

  // MARK: Outputs

  @Test func whatCameWithTheCodeIsNotInTheWayOfOutputs() throws {
    let job = job([
      .init("out", target: ""), .init("out/deep", target: ""), .init("a b/c", target: ""),
      .init("out", target: "/second"),
    ])
    let text = RemoteJobFile.text(of: job)
    try room.inRun(
      """
      mkdir -p code/out code/'a b'/c
      echo old > code/out/model.pt
      \(text)
      make_outputs
      for name in out out/deep 'a b/c'; do echo new > "code/$name/made"; done
      """)
    for name in ["out", "out/deep", "a b/c"] { #expect(room.has("outputs/\(name)/made")) }
    #expect(!room.has("outputs/out/model.pt"))
  }

  @Test func whatALinkOfTheCodeLeadsToStays() throws {
    try room.inRun(
      """
      note() { echo "$1" > noted; }
      mkdir -p code ../volume/run1
      echo theirs > ../volume/run1/model.pt
      ln -s ../../volume code/checkpoints
      \(RemoteJobFile.text(of: job([.init("checkpoints/run1", target: "")])))
      make_outputs
      mv ../volume/run1 outputs/seen
      """)
    #expect(room.has("outputs/seen/model.pt") && room.has("noted"))
  }

  // MARK: AWS

  @Test func secretsThatWereNeverStoredAreNotSaidToBeLeft() throws {
    try room.program("aws", "echo Unable to locate credentials >&2; exit 1")
    var job = job()
    job.environment = [Assignment(name: "MY_TOKEN", value: "hush")]
    var warnings: [Diagnostic] = []
    #expect(throws: AWSError.self) {
      try RemoteSecrets(of: job, in: aws()) { warnings.append($0) }
    }
    #expect(warnings.isEmpty)
  }

  private func aws() -> AWSProgram {
    AWSProgram(
      .init(region: "eu-central-1"), environment: room.environment, interruption: nil)
  }

  @Test func secretsThatStayAreTold() throws {
    try room.program("aws", "case $2 in delete-parameters) echo denied >&2; exit 1 ;; esac")
    var job = job()
    job.environment = [Assignment(name: "MY_TOKEN", value: "hush")]
    var warnings: [Diagnostic] = []
    let secrets = try RemoteSecrets(of: job, in: aws()) { warnings.append($0) }
    #expect(warnings.isEmpty)
    secrets.remove { warnings.append($0) }
    #expect(warnings.count == 1)
    #expect(
      warnings.first?.help?.contains(
        "aws ssm delete-parameters --names /runctl/\(job.id)/0 --region eu-central-1") == true)
  }

  /// Answers in order.
  private final class ToldShell: RemoteShell {
    private let answers: Mutex<[Result<String, AWSError>]>

    init(_ answers: Result<String, AWSError>...) { self.answers = Mutex(answers) }

    func run(_ script: String, timeout: Duration) throws -> RemoteResult {
      let answer = try #require(answers.withLock { $0.isEmpty ? nil : $0.removeFirst() })
      return RemoteResult(code: 0, output: try answer.get(), errors: "")
    }
  }

  @Test(arguments: [AWSError.interrupted(.interrupt), .refused(operation: [], code: "", told: "")])
  func noPieceOfALogStaysInS3(error: AWSError) throws {
    try room.program("aws", "echo \"$@\" >> '\(room.scratch("calls"))'")
    let shell = ToldShell(.failure(error), .success("size 0\nphase running\nraw\n"))
    let run = RemoteRun(
      shell, id: "x", backlog: RemoteBacklog("s3://b/logs", aws()), waiting: .seconds(1),
      interruption: nil)
    #expect(try run.news(after: 7, waiting: .seconds(1)) == RunNews())
    _ = try run.news(after: 7, waiting: .seconds(1))
    let calls = try room.scratch.read("calls").split(separator: "\n")
    #expect(calls.count == 1)
    #expect(calls[0].hasPrefix("s3 rm s3://b/logs/x-"))
    #expect(calls[0].contains("-7.gz"))
  }

  // MARK: Times

  @Test(arguments: [
    ("19700101-000001-abcd", 1), ("20261201-120000-abcd", 1_796_126_400), ("x", nil),
  ])
  func theNameOfARunHasItsTime(text: String, time: Int64?) {
    #expect(RunID(parsing: text)?.time == time)
  }
}
