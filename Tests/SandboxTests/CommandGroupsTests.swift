import FileSystem
import Glibc
import Testing

@testable import Sandbox

struct CommandGroupsTests {
  private static let canMakeGroups =
    geteuid() == 0 && access("/sys/fs/cgroup/memory/tasks", W_OK) == 0

  private func isInGroup(_ name: String) -> Bool {
    ControlHierarchy.text("/proc/thread-self/cgroup").contains("runctl-\(name)\n")
  }

  @Test(.enabled(if: canMakeGroups, "root and control groups of version 1 are needed"))
  func aThreadIsInThemForAsLongAsItStartsTheCommand() throws {
    let name = "test-\(getpid())"
    let groups = try CommandGroups(SandboxLimits(), name: name)
    defer { groups.remove() }
    #expect(groups.enter())
    #expect(isInGroup(name))
    groups.leave()
    #expect(!isInGroup(name))
    let limited = try CommandGroups(SandboxLimits(memory: 1 << 30), name: name + "-limited")
    defer { limited.remove() }
    #expect(!limited.enter())
  }
}
