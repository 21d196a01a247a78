import Diagnostics
import FileSystem
import Glibc
import Processes
import Testing

@testable import Sandbox

/// What a command in the sandbox sees and does, with the real runtime.
@Suite(.enabled(if: TestRoot.canRun, TestRoot.requirement))
struct SandboxTests {
  @Test(arguments: [
    ("exit 0", ExitStatus.exited(0)), ("exit 3", .exited(3)), ("exit 255", .exited(255)),
    // The first process of a pid namespace is out of reach of its own SIGKILL.
    ("kill -9 $$", .exited(0)),
  ])
  func exitCode(script: String, expected: ExitStatus) throws {
    let root = try TestRoot()
    #expect(try root.run(root.shell(script)).status == expected)
  }

  @Test func outputOfBothStreamsComesLineByLine() throws {
    let root = try TestRoot()
    let outcome = try root.run(root.shell("echo one; echo two >&2; printf three"))
    #expect(Set(outcome.lines) == ["one", "two", "three"])
  }

  @Test func environmentIsExactlyWhatIsGiven() throws {
    let root = try TestRoot()
    var spec = root.spec(["env"])
    spec.environment = ["PATH=/bin", "A=b c", "ÄÖ=ü\"\\\n"]
    #expect(try Set(root.run(spec).lines) == ["PATH=/bin", "A=b c", "ÄÖ=ü\"\\", "", "HOME=/root"])
  }

  @Test func standardInput() throws {
    let root = try TestRoot()
    let lines = Lines()
    _ = try root.sandbox.run(
      root.spec(["cat"]),
      streams: .init(input: .bytes(Array("hello\n".utf8)), output: .lines { lines.add($0) }),
      interruption: nil)
    #expect(lines.all == ["hello"])
    #expect(try root.run(root.shell("cat; echo end")).lines == ["end"])
  }

  @Test func workingDirectoryAndUmask() throws {
    let root = try TestRoot()
    var spec = root.shell("pwd; umask; mkdir /tmp/x && stat -c %a /tmp/x")
    spec.workingDirectory = "/tmp"
    // This process's own mask is the other tests' too.
    let strict = ["/bin/sh", "-c", "umask 077; exec \"$0\" \"$@\""]
    let sandbox = Sandbox(
      runtime: TestRoot.runtime, scratch: "\(root.folder)/scratch", host: strict + TestRoot.host)
    #expect(try root.run(spec, sandbox: sandbox).lines == ["/tmp", "0022", "755"])
  }

  @Test(arguments: [
    (nil, "uid=0(root) gid=0(root) groups=0(root),10(wheel)", "/root"),
    ("app", "uid=1000(app) gid=1001(app) groups=10(wheel),44(video),1001(app)", "/home/app"),
    ("1000", "uid=1000(app) gid=1001(app) groups=10(wheel),44(video),1001(app)", "/home/app"),
    ("app:video", "uid=1000(app) gid=44(video) groups=44(video)", "/home/app"),
    ("4711", "uid=4711 gid=0(root) groups=0(root)", "/"),
    ("4711:4712", "uid=4711 gid=4712 groups=4712", "/"),
  ])
  func user(name: String?, identity: String, home: String) throws {
    let root = try TestRoot()
    var spec = root.shell("id; echo $HOME")
    spec.user = name
    #expect(try root.run(spec).lines == [identity, home])
  }

  @Test func unknownUserAndGroup() throws {
    let root = try TestRoot()
    var spec = root.spec(["true"])
    spec.user = "nobody-here"
    #expect(throws: SandboxError.unknownUser(name: "nobody-here")) { try root.run(spec) }
    spec.user = "app:nothing"
    #expect(throws: SandboxError.unknownGroup(name: "nothing")) { try root.run(spec) }
  }

  @Test func accountsAreReadInsideTheRoot() throws {
    let root = try TestRoot()
    try FileTree.removeFile("\(root.lowers[0])/etc/passwd")
    symlink("/../../../../../etc/passwd-of-the-image", "\(root.lowers[0])/etc/passwd")
    try root.write("base/etc/passwd-of-the-image", "inner:x:77:78::/in:/bin/sh\n")
    var spec = root.shell("echo $HOME")
    spec.user = "inner"
    let outcome = try root.run(spec)
    #expect(outcome.status.isSuccess)
    #expect(outcome.lines == ["/in"])
  }

  @Test func commandThatIsNotThere() throws {
    let root = try TestRoot()
    try root.write("base/bin/plain", "#!/bin/sh\n")
    for (name, code) in [("nowhere", 127), ("/nowhere/at/all", 127), ("plain", 126)]
      as [(String, Int32)]
    {
      let error = #expect(throws: SandboxError.self) { try root.run(root.spec([name])) }
      #expect(error?.exitCode == code)
      #expect(error?.diagnostic.message.contains("'\(name)'") == true)
    }
  }

  @Test func programsOwnCodesAreNoErrors() throws {
    let root = try TestRoot()
    for code: Int32 in [125, 126, 127] {
      #expect(try root.run(root.shell("exit \(code)")).status == .exited(code))
    }
  }

  @Test func signalOfTheCommandIsReported() throws {
    let root = try TestRoot()
    // A process that is not the first of its namespace dies of its signal; the shell says so.
    #expect(try root.run(root.shell("sh -c 'kill -9 $$'; exit $?")).status == .exited(137))
  }

  @Test func signalIsPassedOn() throws {
    let root = try TestRoot()
    var spec = root.shell("trap 'exit 9' TERM; echo ready; sleep 60 & wait")
    spec.interruptionPolicy = .forward
    let interruption = Interruption()
    let status = try root.sandbox.run(
      spec,
      streams: .init(output: .lines { if $0 == "ready" { interruption.deliver(.terminate) } }),
      interruption: interruption)
    #expect(status == .exited(9))
  }

  @Test func secondSignalKills() throws {
    let root = try TestRoot()
    var spec = root.shell(
      "trap 'echo stubborn' INT; echo ready; while true; do sleep 60 & wait; done")
    spec.interruptionPolicy = .forward
    let interruption = Interruption()
    #expect(throws: SandboxError.interrupted(.interrupt)) {
      try root.sandbox.run(
        spec,
        streams: .init(
          output: .lines {
            if ["ready", "stubborn"].contains($0) { interruption.deliver(.interrupt) }
          }), interruption: interruption)
    }
  }

  @Test func buildStepIsKilledAtOnce() throws {
    let root = try TestRoot()
    let interruption = Interruption()
    #expect(throws: SandboxError.interrupted(.terminate)) {
      try root.sandbox.run(
        root.shell("trap '' TERM INT; echo ready; while true; do sleep 60; done"),
        streams: .init(output: .lines { _ in interruption.deliver(.terminate) }),
        interruption: interruption)
    }
  }

  @Test func networkNoneHasLoopbackOnly() throws {
    let root = try TestRoot()
    var spec = root.shell(
      "ls /sys/class/net; ping -c 1 -w 2 127.0.0.1 >/dev/null && echo up; cat /etc/resolv.conf; hostname"
    )
    spec.network = .none
    spec.hostname = "box"
    #expect(try root.run(spec).lines == ["lo", "up", "box"])
  }

  @Test func networkHostHasTheHostsNames() throws {
    let root = try TestRoot()
    var spec = root.shell("cat /etc/resolv.conf /etc/hosts")
    spec.hosts = ["10.9.8.7 registry.example"]
    let lines = try root.run(spec).lines
    let resolver = try FileTree.readIfPresent("/etc/resolv.conf") ?? []
    for line in String(decoding: resolver, as: UTF8.self).split(separator: "\n") {
      #expect(lines.contains(String(line)))
    }
    #expect(lines.contains("127.0.0.1 runctl") && lines.contains("10.9.8.7 registry.example"))
  }
}
