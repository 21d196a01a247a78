import Diagnostics
import FileSystem
import Glibc
import Processes
import Testing

@testable import Sandbox

/// The second choice of runtime does the same, and leaves no control groups.
@Suite(
  .enabled(
    if: TestRoot.canRun && TestRoot.runc != nil,
    "needs runc (apt-get install runc) besides what the sandbox needs"),
  .serialized)
struct RuncTests {
  private func sandbox(_ root: TestRoot) -> Sandbox {
    Sandbox(runtime: TestRoot.runc, scratch: "\(root.folder)/scratch", host: TestRoot.host)
  }

  @Test func runsTheSame() throws {
    let root = try TestRoot()
    #expect(mknod("\(root.lowers[0])/zero", S_IFCHR | 0o666, 0x105) == 0)
    symlink("busybox", "\(root.lowers[0])/bin/grep")
    var spec = root.shell(
      """
      id -u; umask; head -c 1 /zero 2>/dev/null | wc -c; grep CapEff /proc/self/status
      unshare -m true 2>/dev/null || echo refused; touch /etc/new; exit 42
      """)
    spec.mounts = [SandboxMount(.memory(size: nil, mode: 0o755), target: "/run/deep")]
    let outcome = try root.run(spec, sandbox: sandbox(root))
    #expect(
      outcome
        == Outcome(
          status: .exited(42), lines: ["0", "0022", "0", "CapEff:\t00000000a80425fb", "refused"]))
    #expect(try root.written == ["etc", "etc/new"])
    #expect(try leavesNoControlGroups())
  }

  @Test func commandThatIsNotThere() throws {
    let root = try TestRoot()
    let error = #expect(throws: SandboxError.self) {
      try root.run(root.spec(["nowhere"]), sandbox: sandbox(root))
    }
    #expect(error?.exitCode == 127)
    #expect(try leavesNoControlGroups())
  }

  @Test func killedStepLeavesNoControlGroups() throws {
    let root = try TestRoot()
    let interruption = Interruption()
    #expect(throws: SandboxError.interrupted(.terminate)) {
      try sandbox(root).run(
        root.shell("echo ready; sleep 600"),
        streams: .init(output: .lines { _ in interruption.deliver(.terminate) }),
        interruption: interruption)
    }
    #expect(try leavesNoControlGroups())
  }

  /// Of somebody whose machine went down, or who was killed.
  private let earlier = (try? RuncTests.emptyControlGroups()) ?? []

  /// Other suites run commands meanwhile: their groups have processes, or are taken away by whoever
  /// runs the next command.
  private func leavesNoControlGroups() throws -> Bool {
    let end = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < end {
      if try Self.emptyControlGroups().allSatisfy(earlier.contains) { return true }
      usleep(20_000)
    }
    return false
  }

  private static func emptyControlGroups() throws -> [Substring] {
    let command = Command(["find", "/sys/fs/cgroup", "-type", "d", "-name", "runctl-*"])
    let output = try Subprocess.run(command, interruption: nil).outputText
    return output.split(separator: "\n").filter { group in
      let processes = try? FileTree.read("\(group)/cgroup.procs")
      return processes?.isEmpty ?? false
    }
  }
}
