import FileSystem
import Foundation
import Launching
import Project
import State
import Testing

/// What a run finds on its instance, leaves there, and survives.
@Suite(
  .enabled(if: Machine.canUseEC2, "\(Machine.needsEC2)"), .onEC2, .serialized)
struct EC2PlaceTests {
  private let machine: EC2Machine
  private let image: String

  init() throws {
    machine = try #require(EC2Machine.current)
    image = try machine.base()
  }

  private func s3(_ words: String...) throws -> String {
    let result = try Program(
      ["aws", "s3"] + words, environment: machine.environment, scratch: machine.bin
    ).wait()
    try #require(result.succeeded, "\(result)")
    return result.output
  }

  private func call(of job: RemoteJob) throws -> String {
    try #require(
      machine.dockerCalls().last { $0.contains("'run'") && $0.contains("runctl-\(job.id)") })
  }

  @Test func sharedMemoryAndVolumesAreTheInstances() throws {
    try FileTree.makeDirectories("\(machine.mnt)/data")
    let mount = "mkdir -p /mnt/data && mount -t tmpfs none /mnt/data && echo here > /mnt/data/set"
    #expect(try machine.direct.run(mount, timeout: .seconds(10)).code == 0)
    let job = machine.job("cat /mnt/data/set; ls /mnt", image: image)
    #expect(try machine.run(job).text == "here\ndata\n")
    let call = try call(of: job)
    #expect(call.contains(/'--shm-size' '[1-9][0-9]{4,}k'/))
    #expect(!call.contains("--gpus"))
    _ = try machine.direct.run("umount /mnt/data", timeout: .seconds(10))
  }

  @Test func gpusAreThoseThatThereAre() throws {
    let program = "\(machine.bin)/nvidia-smi"
    try FileTree.replace(
      program, with: Array("#!/bin/sh\necho 'GPU 0: T4 (UUID: GPU-0)'\n".utf8), permissions: 0o755)
    defer { try? FileTree.remove(program) }
    var job = machine.job("true", image: image)
    // There is no driver behind it: Docker says so, and that is handed on.
    guard case .failed(let reason) = try machine.run(job).ending else {
      Issue.record("not failed")
      return
    }
    #expect(reason.contains("could not select device driver"))
    #expect(try call(of: job).contains("'--gpus' 'all'"))
    job = machine.job("true", image: image)
    job.resources.gpus = .count(2)
    #expect(
      try machine.run(job).ending
        == .failed(reason: "2 GPUs are wanted, and the instance has 1"))
    job = machine.job("true", image: image)
    job.resources.gpus = .none
    job.wantsCUDA = true
    let run = try machine.start(job)
    #expect(try machine.follow(run).ending == .exited(code: 0))
    #expect(run.notes.contains { $0.contains("no GPU") })
  }

  @Test func dataComesFromS3AndOutputsGoThere() throws {
    let bucket = "bucket-\(UUID().uuidString.lowercased())"
    _ = try s3("mb", "s3://\(bucket)")
    let file = "\(machine.bin)/words"
    try FileTree.replace(file, with: Array("some words\n".utf8))
    _ = try s3("cp", file, "s3://\(bucket)/in/words")
    var job = machine.job(
      "cat /data/words && ! touch /data/x 2>/dev/null && cp /data/words /out/made", image: image)
    job.data = "s3://\(bucket)/in"
    job.outputs = [.init("results/run 1", target: "/out")]
    job.destination = "s3://\(bucket)/out"
    let (text, ending) = try machine.run(job)
    #expect(ending == .exited(code: 0))
    #expect(text == "some words\n")
    #expect(try s3("cp", "s3://\(bucket)/out/results/run 1/made", "-") == "some words\n")
  }

  @Test func withoutDockerTheInstancesPythonRunsTheCode() throws {
    let bucket = "code-\(UUID().uuidString.lowercased())"
    _ = try s3("mb", "s3://\(bucket)")
    let bench = try machine.workbench()
    try bench.write([
      "training/train.py": """
      import os, sys
      print(os.path.basename(os.getcwd()), sys.argv[1:], os.environ["MY_TOKEN"], os.environ["A"])
      open("training/out/made", "w").write("made\\n")
      sys.exit(7)
      """
    ])
    let archive = "\(machine.bin)/code.tar.gz"
    try #require(bench.run("tar", "-czf", archive, "-C", bench.project, ".").succeeded)
    _ = try s3("cp", archive, "s3://\(bucket)/code.tar.gz")
    var job = RemoteJob(
      id: EC2Machine.newID(), region: EC2Machine.region,
      program: .code(archive: "s3://\(bucket)/code.tar.gz"),
      arguments: ["python3", "training/train.py", "two words", "$(id)"])
    job.environment = [
      Assignment(name: "MY_TOKEN", value: "it's"), Assignment(name: "A", value: "ü \"b\""),
    ]
    job.outputs = [.init("training/out", target: "")]
    job.destination = "s3://\(bucket)/out"
    let (text, ending) = try machine.run(job)
    #expect(ending == .exited(code: 7))
    #expect(text == "code ['two words', '$(id)'] it's ü \"b\"\n")
    #expect(try s3("cp", "s3://\(bucket)/out/training/out/made", "-") == "made\n")
    job = RemoteJob(
      id: EC2Machine.newID(), region: job.region, program: job.program,
      arguments: ["sh", "-c", "sleep 60 & wait"])
    job.resources.timeout = .seconds(1)
    #expect(try machine.run(job).ending == .timedOut)
  }

  @Test func aRunOutlivesItsSupervisor() throws {
    let job = machine.job("echo one; sleep 3; echo two; exit 6", image: image)
    let run = try machine.start(job)
    try machine.waitForOutput(of: run)
    let kill = try machine.direct.run(
      "read -r pid since < /var/lib/runctl/runs/\(job.id)/pid; kill -9 $pid", timeout: .seconds(9))
    #expect(kill.code == 0)
    let (text, ending) = try machine.follow(run)
    #expect(ending == .exited(code: 6))
    #expect(String(decoding: text, as: UTF8.self) == "one\ntwo\n")
  }

  @Test func aRestartOfTheInstanceIsNamed() throws {
    let job = machine.job("echo one; sleep 60", image: image)
    let run = try machine.start(job)
    try machine.waitForOutput(of: run)
    let folder = "/var/lib/runctl/runs/\(job.id)"
    // As after a restart: the processes are gone, and the kernel's boot has another name.
    let end =
      "read -r pid since < \(folder)/pid; kill -s KILL -- -$pid; docker rm -f runctl-\(job.id); "
      + "echo other > \(folder)/boot"
    _ = try machine.direct.run(end, timeout: .seconds(30))
    let (text, ending) = try machine.follow(run)
    #expect(ending == .failed(reason: "the instance was restarted"))
    #expect(String(decoding: text, as: UTF8.self) == "one\n")
  }

  @Test func aContainerThatIsTakenAwayIsNamed() throws {
    let job = machine.job("echo one; sleep 60", image: image)
    let run = try machine.start(job)
    try machine.waitForOutput(of: run)
    _ = try machine.docker.docker("rm", "-f", "runctl-\(job.id)")
    let ending = try machine.follow(run).ending
    // Whichever the supervisor saw first.
    #expect(
      [.failed(reason: "the container was removed while it ran"), .exited(code: 137)]
        .contains(ending))
  }

  @Test func itCanBeStoppedWhileItsImageIsPulled() throws {
    let program = "\(machine.bin)/docker"
    let real = try FileTree.read(program)
    defer { try? FileTree.replace(program, with: real, permissions: 0o755) }
    let slow = Array("#!/bin/sh\n[ \"$1\" != pull ] || exec sleep 300\n".utf8)
    try FileTree.replace(program, with: slow + real, permissions: 0o755)
    let name = try machine.pushImage("slow", changes: ["ENV A=b"])
    let job = machine.job("echo on", image: name)
    let run = try machine.start(job)
    struct Pulls: Error {}
    #expect(throws: Pulls.self) {
      try run.prepared { if $0 == "pulling the image" { throw Pulls() } }
    }
    try run.stop(grace: .seconds(1))
    #expect(try machine.follow(run).ending == .stopped(code: 143))
    #expect(!FileTree.exists("\(machine.runs)/\(job.id)/login"))
  }

  @Test func twoRunsDoNotDisturbEachOther() throws {
    let jobs = (0..<2).map { machine.job("echo run \($0); sleep 1; exit \($0)", image: image) }
    let runs = try jobs.map { try machine.start($0) }
    for (number, run) in runs.enumerated() {
      let (text, ending) = try machine.follow(run)
      #expect(String(decoding: text, as: UTF8.self) == "run \(number)\n")
      #expect(ending == .exited(code: Int32(number)))
    }
  }

  @Test func healthIsTold() throws {
    let name = try machine.pushImage(
      "healthy", changes: ["HEALTHCHECK --interval=1s CMD test -e /tmp/well"])
    let job = machine.job("touch /tmp/well; sleep 60", image: name)
    let run = try machine.start(job)
    let isHealthy = try eventually {
      try run.news(after: 0, waiting: .zero).health == .healthy
    }
    #expect(isHealthy)
    try run.stop(grace: .zero)
    let ending = try machine.follow(run).ending
    #expect([.stopped(code: 137), .stopped(code: 143)].contains(ending))
  }

  @Test func anInstanceThatDoesNotAnswerIsNamed() throws {
    #expect(throws: RemoteError.self) {
      try RemoteRun(machine.direct, id: EC2Machine.newID()).stop(grace: .zero)
    }
    guard
      case .failed? = try RemoteRun(machine.direct, id: EC2Machine.newID())
        .news(after: 0, waiting: .zero).ending
    else {
      Issue.record("not failed")
      return
    }
  }
}
