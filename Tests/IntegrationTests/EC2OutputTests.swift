import FileSystem
import Foundation
import Launching
import State
import Testing

/// What becomes of a run on an instance, and of its outputs, when something breaks off; and which
/// GPUs it has.
@Suite(
  .enabled(if: Machine.canUseEC2, "\(Machine.needsEC2)"), .onEC2, .serialized)
struct EC2OutputTests {
  private let machine: EC2Machine

  init() throws { machine = try #require(EC2Machine.current) }

  private func s3(_ words: String...) throws -> String {
    let result = try Program(
      ["aws", "s3"] + words, environment: machine.environment, scratch: machine.bin
    ).wait()
    try #require(result.succeeded, "\(result)")
    return result.output
  }

  private func bucket() throws -> String {
    let bucket = "bucket-\(UUID().uuidString.lowercased())"
    _ = try s3("mb", "s3://\(bucket)")
    return bucket
  }

  /// A run without Docker.
  private func code(_ line: String, in bucket: String) throws -> RemoteJob {
    let archive = "\(machine.bin)/code.tar.gz"
    let made = try Program.run("tar", "-czf", archive, "-T", "/dev/null", scratch: machine.bin)
    try #require(made.succeeded)
    _ = try s3("cp", archive, "s3://\(bucket)/code.tar.gz")
    return RemoteJob(
      id: EC2Machine.newID(), region: EC2Machine.region,
      program: .code(archive: "s3://\(bucket)/code.tar.gz"), arguments: ["sh", "-c", line])
  }

  private func last(of run: RemoteRun) throws -> RunNews {
    let text = try machine.follow(run).text
    return try run.news(after: Int64(text.count), waiting: .zero)
  }

  private func onInstance(_ job: RemoteJob, _ script: String) throws {
    let result = try machine.direct.run(
      "cd /var/lib/runctl/runs/\(job.id) && { \(script); }", timeout: .seconds(30))
    try #require(result.code == 0, "\(result)")
  }

  @Test func whatWasNotCopiedIsNotTakenForCopied() throws {
    let bucket = try bucket()
    var job = try code("echo made > out/file; ln -s /etc/passwd out/link", in: bucket)
    job.outputs = [.init("out", target: "")]
    job.destination = "s3://\(bucket)/there"
    var run = try machine.start(job)
    #expect(try last(of: run).isCopied)
    #expect(run.notes.contains { $0.contains("symbolic links") })
    #expect(try !s3("ls", "--recursive", "s3://\(bucket)/there").contains("link"))

    // Its supervisor was killed while it copied: whoever looks next has that done.
    _ = try s3("rm", "s3://\(bucket)/there/out/file")
    try onInstance(job, "rm -rf ending copied after-*")
    #expect(try last(of: run).isCopied)
    #expect(try s3("cp", "s3://\(bucket)/there/out/file", "-") == "made\n")

    job = try code("echo made > out/file", in: bucket)
    job.outputs = [.init("out", target: "")]
    job.destination = "s3://no-\(bucket.dropFirst(10))/there"
    run = try machine.start(job)
    let news = try last(of: run)
    #expect(news.ending == .exited(code: 0))
    #expect(!news.isCopied)
    #expect(run.notes.contains { $0.contains("could not be copied") })
  }

  @Test(arguments: [true, false])
  func aProgramWithoutDockerOutlivesItsSupervisor(isStopped: Bool) throws {
    let line = "echo on; while [ ! -e go ]; do sleep 0.2; done; echo off; sleep 1"
    let job = try code(line, in: bucket())
    let run = try machine.start(job)
    try machine.waitForOutput(of: run)
    try onInstance(job, "read -r pid since < pid; kill -9 $pid")
    #expect(try run.news(after: 3, waiting: .zero).ending == nil)
    if isStopped {
      try run.stop(grace: .zero)
      #expect(try machine.follow(run).ending == .stopped(code: 143))
    } else {
      try onInstance(job, "touch code/go")
      let (text, ending) = try machine.follow(run)
      #expect(String(decoding: text, as: UTF8.self) == "on\noff\n")
      if case .failed = ending {} else { Issue.record("\(ending)") }
    }
  }

  @Test func itsTimeIsOverWithoutItsSupervisor() throws {
    var job = try code("echo on; sleep 60", in: bucket())
    job.resources.timeout = .seconds(3)
    let run = try machine.start(job)
    try machine.waitForOutput(of: run)
    // With its timer.
    try onInstance(
      job, "read -r timer since < timer; kill -9 $timer; read -r pid since < pid; kill -9 $pid")
    #expect(try machine.follow(run).ending == .timedOut)
  }

  @Test func eachHasGPUsOfItsOwn() throws {
    let program = "\(machine.bin)/nvidia-smi"
    try FileTree.replace(
      program, with: Array("#!/bin/sh\nfor i in 0 1 2; do echo \"GPU $i: T4\"; done\n".utf8),
      permissions: 0o755)
    defer { try? FileTree.remove(program) }
    let bucket = try bucket()
    func start(_ line: String, _ count: Int) throws -> RemoteRun {
      var job = try code("echo $CUDA_VISIBLE_DEVICES; \(line)", in: bucket)
      job.resources.gpus = .count(count)
      let run = try machine.start(job)
      try run.prepared { _ in }
      return run
    }
    func text(_ run: RemoteRun) throws -> String {
      String(decoding: try machine.follow(run).text, as: UTF8.self)
    }
    let first = try start("sleep 60", 1)
    #expect(try text(start("", 2)) == "1,2\n")
    let third = try start("sleep 60", 1)
    guard case .failed(let reason) = try machine.follow(start("", 2)).ending else {
      Issue.record("not failed")
      return
    }
    #expect(reason.contains("other runs have"))
    try first.stop(grace: .zero)
    #expect(try text(first) == "0\n")
    #expect(try text(start("", 2)) == "0,2\n")
    try third.stop(grace: .zero)
    #expect(try text(third) == "1\n")
  }
}
