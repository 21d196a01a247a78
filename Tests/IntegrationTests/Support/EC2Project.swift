import AWS
import FileSystem
import Foundation
import Launching
import Processes
import State
import Testing

/// What a train would do on the tests' instance, without its command line.
extension EC2Machine {
  var program: AWSProgram {
    AWSProgram(.init(region: Self.region), environment: environment, interruption: nil)
  }

  /// The way that a train takes.
  var ssm: SSMShell { SSMShell(program, instance: instance, interruption: nil) }

  /// The same without AWS between, which is a good deal quicker.
  var direct: DirectShell {
    DirectShell(
      namespace: "/proc/\(docker.identifier)/ns/mnt",
      environment: instanceVariables.merging(["PATH": instancePath]) { $1 })
  }

  /// Busybox in the registry; the same for all of a suite.
  func base() throws -> String {
    if let name = images["base"] { return name }
    let name = try pushImage()
    images["base"] = name
    return name
  }

  /// Pushes busybox to the registry, and forgets it here.
  ///
  /// - Parameter changes: Instructions of a Dockerfile, as `docker import` takes them.
  /// - Returns: Its name with a digest.
  func pushImage(_ name: String = "base", changes: [String] = []) throws -> String {
    let tag = "\(registry.host)/\(name):1"
    let tar = "\(bin)/base.tar"
    try BaseRoot.write(tar, scratch: bin)
    let password = try aws("ecr", "get-login-password").output.filter { !$0.isWhitespace }
    for words in [
      ["import"] + changes.flatMap { ["--change", $0] } + [tar, tag],
      ["login", "--username", "AWS", "--password", password, registry.host],
      ["push", "--quiet", tag],
    ] {
      let result = try docker.docker(words)
      try #require(result.succeeded, "\(result)")
    }
    let digests = try docker.docker([
      "image", "inspect", "--format", "{{index .RepoDigests 0}}", tag,
    ])
    let digest = digests.output.filter { !$0.isWhitespace }
    for words in [["rmi", tag], ["rmi", digest], ["logout", registry.host]] {
      _ = try docker.docker(words)
    }
    return digest
  }

  /// A run of a shell's line in an image.
  func job(
    _ line: String, arguments: [String] = [], image: String, id: String = newID()
  ) -> RemoteJob {
    RemoteJob(
      id: id, region: Self.region,
      program: .container(
        image: image,
        login: .ecr(host: registry.host, region: Self.region)),
      arguments: ["/bin/sh", "-c", line, "sh"] + arguments)
  }

  static func newID() -> String {
    "20261201-120000-" + String(UUID().uuidString.lowercased().prefix(4))
  }

  func waitForOutput(of run: RemoteRun) throws {
    let prints = try eventually { try !run.news(after: 0, waiting: .seconds(5)).chunks.isEmpty }
    try #require(prints, "\(run.notes)")
  }

  /// Everything that a run prints, from its start to its end.
  func follow(_ run: RemoteRun) throws -> (text: [UInt8], ending: RunRecord.Ending) {
    var text: [UInt8] = []
    let end = ContinuousClock.now + .seconds(300)
    let outcome = try RunFollower(run, waiting: .seconds(5), interruption: Interruption()).follow(
      reacting: { _ in .goOn }
    ) {
      $0.chunks.forEach { text += $0.bytes }
      try #require($0.ending != nil || .now < end, "it does not end")
    }
    guard case .ended(let ending) = outcome else { throw CancellationError() }
    return (text, ending)
  }

  /// - Parameter backlog: Where long logs may pass through, if anywhere.
  func start(
    _ job: RemoteJob, by shell: (any RemoteShell)? = nil, backlog: RemoteBacklog? = nil
  ) throws -> RemoteRun {
    try RemoteStart(shell ?? direct, program).start(job) { Issue.record("\($0)") }
    return RemoteRun(shell ?? direct, id: job.id, backlog: backlog, region: job.region)
  }

  func run(_ job: RemoteJob, by shell: (any RemoteShell)? = nil) throws -> (
    text: String, ending: RunRecord.Ending
  ) {
    let run = try start(job, by: shell)
    let (text, ending) = try follow(run)
    return (String(decoding: text, as: UTF8.self), ending)
  }
}

/// Runs scripts in the instance's room, with the limits that SSM has.
struct DirectShell: RemoteShell {
  let namespace: String
  let environment: [String: String]

  func run(_ script: String, timeout: Duration) throws -> RemoteResult {
    // Not by Foundation, which waits for the supervisor as well.
    var command = Command(
      ["nsenter", "--mount=\(namespace)", "--wd=/", "--", "sh", "-c", script],
      environment: environment.map { "\($0.key)=\($0.value)" })
    command.timeout = timeout
    let completion = try Subprocess.run(command, interruption: nil)
    return RemoteResult(
      code: completion.status.code, output: String(completion.outputText.prefix(24_000)),
      errors: String(completion.errorText.prefix(24_000)))
  }
}
