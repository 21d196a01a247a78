import FileSystem
import FoundationEssentials
import Glibc
import Processes
import Testing

@testable import Sandbox

/// Whatever ends the program, nothing of the sandbox stays.
@Suite(.enabled(if: TestRoot.canRun, TestRoot.requirement))
struct LifetimeTests {
  /// Has children of its own, one of them in a session of its own and deaf to signals.
  private static let script = """
    trap '' TERM INT HUP
    setsid sh -c "trap '' TERM INT HUP; while true; do sleep 60; done" &
    sleep 600 &
    echo ready
    while true; do sleep 60; done
    """

  @Test func endOfTheControlPipeEndsEverything() throws {
    let root = try TestRoot()
    let control = try Processes.Pipe()
    let line = ControlLine(descriptor: dup(control.writer.descriptor))
    // Only the line's copy must be left, as in a program that has just been killed.
    let reader = dup(control.reader.descriptor)
    _ = consume control
    try run(root, control: reader) { text, _ in if text == "ready" { line.close() } }
  }

  @Test func deathOfTheHostEndsEverything() throws {
    let root = try TestRoot()
    let control = try Processes.Pipe()
    try run(root, control: control.reader.descriptor) { text, host in
      if text == "ready" { kill(host, SIGKILL) }
    }
  }

  /// Runs the second process by hand, and looks for what is left when its output is at its end.
  private func run(
    _ root: TestRoot, control: Int32, _ body: @escaping @Sendable (String, pid_t) -> Void
  ) throws {
    let runtime = try #require(TestRoot.runtime)
    symlink("busybox", "\(root.lowers[0])/bin/setsid")
    var spec = root.shell(Self.script)
    let mark = "RUNCTL_TEST_MARK=\(root.folder)"
    spec.environment.append(mark)
    let scratch = "\(root.folder)/scratch"
    let request = HostRequest(job: .run(spec, runtime), scratch: scratch, cache: nil)
    try root.write("request", String(decoding: JSONEncoder().encode(request), as: UTF8.self))
    let host = TestRoot.host.joined(separator: " ")
    var command = Command([
      "/bin/sh", "-c", "echo host $$; exec \(host) 3<\(root.folder)/request 5>/dev/null",
    ])
    command.descriptors = [HostChannel.control: control]
    let lines = Lines()
    command.output = .lines { line in
      lines.add(line)
      let host = lines.all.first.flatMap { pid_t($0.dropFirst("host ".count)) } ?? 0
      body(line, host)
    }
    command.errors = .inherit
    let completion = try Subprocess.run(command, interruption: nil)
    #expect(lines.all.last == "ready")
    #expect(!completion.status.isSuccess)
    #expect(try Self.processes(with: mark) == [])
    #expect(
      try !String(decoding: FileTree.read("/proc/self/mountinfo"), as: UTF8.self).contains(scratch))
    #expect(try Directory.entries(of: scratch).isEmpty)
  }

  private static func processes(with mark: String) throws -> [String] {
    try Directory.entries(of: "/proc").map { String(decoding: $0.name, as: UTF8.self) }.filter {
      guard Int($0) != nil, let bytes = try? FileTree.read("/proc/\($0)/environ") else {
        return false
      }
      return String(decoding: bytes, as: UTF8.self).contains(mark)
    }
  }

  @Test func scratchIsLeftEmpty() throws {
    let root = try TestRoot()
    _ = try root.run(root.spec(["true"]))
    _ = #expect(throws: SandboxError.self) { try root.run(root.spec(["nowhere"])) }
    #expect(try Directory.entries(of: "\(root.folder)/scratch").isEmpty)
  }

  @Test func hostThatDoesNotComeUp() throws {
    let root = try TestRoot()
    for host in [["/bin/false"], ["/nowhere/runctl"]] {
      let sandbox = Sandbox(
        runtime: TestRoot.runtime, scratch: "\(root.folder)/scratch", host: host)
      let error = #expect(throws: SandboxError.self) {
        try root.run(root.spec(["true"]), sandbox: sandbox)
      }
      guard case .hostLost = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }
}
