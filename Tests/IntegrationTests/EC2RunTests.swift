import AWS
import FileSystem
import Foundation
import Launching
import Processes
import Project
import State
import Testing

/// Runs on an instance, from their start to what is known of them afterwards.
@Suite(
  .enabled(if: Machine.canUseEC2, "\(Machine.needsEC2)"), .onEC2, .serialized)
struct EC2RunTests {
  private let machine: EC2Machine
  private let image: String

  init() throws {
    machine = try #require(EC2Machine.current)
    image = try machine.base()
  }

  @Test(arguments: [
    ("exit 0", RunRecord.Ending.exited(code: 0)), ("exit 1", .exited(code: 1)),
    ("exit 3", .exited(code: 3)), ("exit 137", .exited(code: 137)),
    ("exit 143", .exited(code: 143)), ("kill -SEGV $$", .exited(code: 139)),
  ])
  func theProgramsCodeComesBack(line: String, expected: RunRecord.Ending) throws {
    let (text, ending) = try machine.run(
      machine.job("echo out; sleep 0.2; echo err >&2; \(line)", image: image))
    #expect(ending == expected)
    #expect(text == "out\nerr\n")
  }

  @Test func aSignalToTheClientEndsOnlyItsLook() throws {
    let job = machine.job("echo on; sleep 60", image: image)
    let interruption = Interruption()
    let shell = SSMShell(machine.program, instance: machine.instance, interruption: interruption)
    let run = try machine.start(job, by: shell)
    try run.prepared { _ in }
    let outcome = try RunFollower(run, waiting: .seconds(30), interruption: interruption).follow(
      reacting: { _ in .detach }
    ) { news in
      if !news.chunks.isEmpty { interruption.deliver(.interrupt) }
    }
    #expect(outcome == .detached(.interrupt))
    // What is done because of a signal is not hindered by it.
    try run.stop(grace: .zero)
    let ending = try machine.follow(run).ending
    #expect([.stopped(code: 137), .stopped(code: 143)].contains(ending))
  }

  @Test func whatIsNotThereHasDockersCode() throws {
    var job = machine.job("", image: image)
    job = RemoteJob(
      id: job.id, region: job.region, program: job.program, arguments: ["/no/such/program"])
    let (text, ending) = try machine.run(job)
    #expect(ending == .exited(code: 127))
    #expect(text.contains("/no/such/program"))
  }

  @Test func itIsEndedWhenItsTimeIsOver() throws {
    var job = machine.job("trap 'echo ending; exit 9' TERM; echo on; sleep 60 & wait", image: image)
    job.resources.timeout = .seconds(1)
    let (text, ending) = try machine.run(job)
    #expect(ending == .timedOut)
    #expect(text == "on\nending\n")
  }

  @Test func lackOfMemoryIsNamed() throws {
    var job = machine.job("x=$(head -c 200000000 /dev/zero | tr '\\0' x)", image: image)
    job = RemoteJob(
      id: job.id, region: job.region, program: job.program,
      arguments: ["/bin/sh", "-c", "exec tail /dev/zero"])
    job.resources.memory = 32 << 20
    #expect(try machine.run(job).ending == .outOfMemory)
  }

  @Test func somebodyStopsIt() throws {
    let job = machine.job("trap 'exit 5' TERM; echo on; sleep 60 & wait", image: image)
    let run = try machine.start(job)
    try run.prepared { _ in }
    try machine.waitForOutput(of: run)
    try run.stop(grace: .seconds(10))
    #expect(try machine.follow(run).ending == .stopped(code: 5))
    // What stays on the instance is the log, and how it ended; nothing of Docker's.
    #expect(try machine.docker.docker("ps", "-aq").output.isEmpty)
  }

  private static let words = [
    "two words", "it's \"quoted\"", "$(touch /tmp/x) `id` $HOME", "line\nline\n", "ünïcødé 模型 🚂",
    "{{ssm:name}} {{.State}}", "", "-e", "*", "\\", "a=b",
    "\u{301}'\u{301}; exit 1; '\u{FE0F}",
  ]

  @Test func wordsAndEnvironmentArriveUnchanged() throws {
    let line =
      #"printf '<%s>' "$@"; for n in 0 1 2 3 4 5 6 7 8 9 10 11; do "#
      + #"eval "printf '<%s>' \"\$PLAIN_$n\" \"\$MY_TOKEN_$n\""; done"#
    var job = machine.job(line, arguments: Self.words, image: image)
    job.environment = Self.words.enumerated().flatMap {
      [Assignment(name: "PLAIN_\($0)", value: $1), Assignment(name: "MY_TOKEN_\($0)", value: $1)]
    }
    let (text, ending) = try machine.run(job, by: machine.ssm)
    #expect(ending == .exited(code: 0))
    let expected = Self.words + Self.words.flatMap { [$0, $0] }
    #expect(text == expected.map { "<\($0)>" }.joined())
  }

  @Test func secretsLeaveNoTrace() throws {
    let secret = "s3cr3t-\(UUID().uuidString)"
    var job = machine.job("env", image: image)
    job.environment = [
      Assignment(name: "WANDB_API_KEY", value: secret),
      Assignment(name: "LONG_SECRET", value: String(repeating: "x", count: 9_000)),
    ]
    #expect(try machine.run(job, by: machine.ssm).text.contains(secret))
    #expect(try !machine.sentCommands().joined().contains(secret))
    #expect(try !machine.sentCommands().joined().contains(Data(secret.utf8).base64EncodedString()))
    #expect(try !machine.dockerCalls().joined().contains(secret))
    #expect(try machine.aws("ssm", "describe-parameters").output.contains(job.id) == false)
    let found = try Program.run("grep", "-rl", secret, machine.runs, scratch: machine.bin)
    #expect(found.output.split(separator: "\n").allSatisfy { $0.hasSuffix("/log") })
  }

  @Test func whoMayNotStoreASecretIsTold() throws {
    defer { try? machine.deny() }
    try machine.deny("ssm:PutParameter")
    var job = machine.job("true", image: image)
    job.environment = [Assignment(name: "MY_TOKEN", value: "x")]
    #expect {
      try machine.run(job)
    } throws: { error in
      if case AWSError.denied("ssm:PutParameter", _) = error { true } else { false }
    }
    try machine.deny("ssm:GetParameter")
    #expect {
      try machine.run(job)
    } throws: { error in
      if case RemoteError.secretsUnreadable = error { true } else { false }
    }
    #expect(!FileTree.exists("\(machine.runs)/\(job.id)"))
  }

  @Test func tenMegabytesComeBackAsTheyAre() throws {
    // Neither packs well nor is it text.
    let line = "tail -c +2000 /bin/busybox > /tmp/a; cat /tmp/a /tmp/a /tmp/a /tmp/a /tmp/a"
    let job = machine.job(line, image: image)
    try #require(machine.aws("s3", "mb", "s3://logs-\(job.id)").succeeded)
    let run = try machine.start(
      job, backlog: RemoteBacklog("s3://logs-\(job.id)/logs", machine.program))
    let (text, ending) = try machine.follow(run)
    #expect(ending == .exited(code: 0))
    let log = try FileTree.read("\(machine.runs)/\(job.id)/log")
    #expect(text == log)
    #expect(text.count > 5 << 20)
    #expect(try machine.aws("s3", "ls", "--recursive", "s3://logs-\(job.id)").output.isEmpty)
  }

  @Test func withoutABucketNothingIsLostEither() throws {
    let line =
      "i=0; while [ $i -lt 20000 ]; do echo \"line $i\"; i=$((i+1)); done; head -c 50000 /dev/urandom"
    let job = machine.job(line, image: image)
    let run = try machine.start(job)
    let (text, _) = try machine.follow(run)
    #expect(text == (try FileTree.read("\(machine.runs)/\(job.id)/log")))
    #expect(text.count > 250_000)
  }

  @Test func whoComesBackGoesOnWhereTheyWere() throws {
    let job = machine.job("echo one; sleep 2; echo two; exit 4", image: image)
    let run = try machine.start(job)
    try run.prepared { _ in }
    let later = RemoteRun(machine.direct, id: job.id)
    var text: [UInt8] = []
    while true {
      let news = try later.news(after: Int64(text.count), waiting: .seconds(5))
      news.chunks.forEach { text += $0.bytes }
      if let ending = news.ending {
        #expect(ending == .exited(code: 4))
        break
      }
    }
    #expect(String(decoding: text, as: UTF8.self) == "one\ntwo\n")
    // Anybody may ask again.
    #expect(try machine.follow(later).ending == .exited(code: 4))
  }

  @Test func anImageThatIsThereIsNotPulledAgain() throws {
    _ = try machine.run(machine.job("true", image: image))
    let calls = try machine.dockerCalls().count
    _ = try machine.run(machine.job("true", image: image))
    let later = try machine.dockerCalls().dropFirst(calls)
    #expect(!later.contains { $0.contains("'pull'") || $0.contains("'login'") })
  }

  @Test func oneThatCannotBePulledSaysWhy() throws {
    let missing = image.replacing(/sha256:.*/, with: "sha256:" + String(repeating: "0", count: 64))
    guard case .failed(let reason) = try machine.run(machine.job("true", image: missing)).ending
    else {
      Issue.record("not failed")
      return
    }
    #expect(reason.contains("cannot be pulled"))
  }

  @Test func aRunIsNotStartedTwice() throws {
    let job = machine.job("true", image: image)
    _ = try machine.run(job)
    #expect(throws: RemoteError.runExists(id: job.id)) { try machine.run(job) }
  }
}
