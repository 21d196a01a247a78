import Testing

@testable import Sandbox

struct ControlHierarchyTests {
  private static let one = """
    30 25 0:26 / /sys/fs/cgroup rw - tmpfs tmpfs rw
    31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct
    32 30 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
    33 30 0:29 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
    """

  private func find(
    _ mounts: String, _ groups: String, there: Set<String> = [], controllers: String = ""
  ) -> [ControlHierarchy] {
    ControlHierarchy.find(
      mounts: mounts, groups: groups, exists: there.contains, read: { _ in controllers })
  }

  @Test func versionOne() {
    let found = find(
      Self.one, "4:memory:/user/a\n3:cpu,cpuacct:/\n", there: ["/sys/fs/cgroup/memory/user/a"])
    #expect(
      found == [
        ControlHierarchy(
          version: .one, controllers: ["cpu"], directory: "/sys/fs/cgroup/cpu,cpuacct"),
        ControlHierarchy(
          version: .one, controllers: ["memory"], directory: "/sys/fs/cgroup/memory/user/a"),
      ])
  }

  /// In a container, the part of the tree that is there starts at the container's own group.
  @Test func versionOneInAContainer() {
    let mounts = "32 30 0:28 /docker/12 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"
    let found = find(
      mounts, "4:memory:/docker/12/in\n", there: ["/sys/fs/cgroup/memory/in"])
    #expect(found.map(\.directory) == ["/sys/fs/cgroup/memory/in"])
    #expect(
      find(mounts, "4:memory:/docker/12/in\n").map(\.directory) == ["/sys/fs/cgroup/memory"])
  }

  @Test func hybridHasNoControllersInVersionTwo() {
    let mounts = Self.one + "\n34 30 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw"
    #expect(find(mounts, "0::/\n4:memory:/\n").map(\.version) == [.one, .one])
  }

  @Test func versionTwo() {
    let found = find(
      "30 25 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate", "0::/a.slice/b.scope\n",
      there: ["/sys/fs/cgroup/a.slice/b.scope"], controllers: "cpuset cpu io memory pids\n")
    #expect(
      found == [
        ControlHierarchy(
          version: .two, controllers: ["cpu", "memory"],
          directory: "/sys/fs/cgroup/a.slice/b.scope")
      ])
  }
}
