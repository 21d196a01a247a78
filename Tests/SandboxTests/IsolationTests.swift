import Diagnostics
import FileSystem
import Glibc
import Processes
import Testing

@testable import Sandbox

/// What a command must not be able to do, and what it must.
@Suite(.enabled(if: TestRoot.canRun, TestRoot.requirement))
struct IsolationTests {
  @Test func capabilitiesAreDockers() throws {
    let root = try TestRoot()
    var spec = root.shell("grep -E 'Cap(Eff|Prm|Bnd|Inh|Amb)' /proc/self/status")
    spec.environment = ["PATH=/bin"]
    symlink("busybox", "\(root.lowers[0])/bin/grep")
    let values = try root.run(spec).lines.map { $0.split(separator: "\t").last ?? "" }
    // Inherited, permitted, effective, bounding, ambient; 0xa80425fb is what Docker's docs show.
    let all = Substring("00000000a80425fb")
    let none = Substring("0000000000000000")
    #expect(values == [none, all, all, all, none])
    spec.user = "app"
    #expect(
      try root.run(spec).lines.map { $0.split(separator: "\t").last ?? "" }
        == [none, none, none, all, none])
  }

  @Test(arguments: [
    "mount -t tmpfs none /tmp", "unshare -m true", "unshare -U true", "hostname other",
    "echo 1 > /proc/sys/vm/drop_caches", "echo x > /sys/x",
    "cat /proc/kcore", "mkdir /proc/x", "mount -o remount,rw /sys",
  ])
  func isRefused(script: String) throws {
    let root = try TestRoot()
    #expect(
      try root.run(root.shell("\(script) 2>/dev/null && echo done; true")).lines.filter {
        $0 == "done"
      } == [])
  }

  @Test func devicesCannotBeOpened() throws {
    let root = try TestRoot()
    // One that the image brings, and ones that the command makes: 1:5 is /dev/zero.
    #expect(mknod("\(root.lowers[0])/zero", S_IFCHR | 0o666, 0x105) == 0)
    let script = """
      mknod /z c 1 5 && mknod /dev/z c 1 5 && mknod /tmp/z c 1 5 && echo made
      for f in /zero /z /dev/z /tmp/z /mnt/z; do head -c 1 $f 2>/dev/null | wc -c; done
      head -c 1 /dev/zero | wc -c; echo > /dev/null && echo null
      """
    var spec = root.shell(script)
    try FileTree.makeDirectories("\(root.folder)/bound")
    #expect(mknod("\(root.folder)/bound/z", S_IFCHR | 0o666, 0x105) == 0)
    spec.mounts = [SandboxMount(.bind("\(root.folder)/bound"), target: "/mnt")]
    #expect(try root.run(spec).lines == ["made", "0", "0", "0", "0", "0", "1", "null"])
  }

  @Test func noMountTakesADeviceThatCanBeOpened() throws {
    let root = try TestRoot()
    let script = """
      while read source place rest; do
        test -d $place || continue
        mknod $place/made c 1 5 2>/dev/null && echo made
        test "$(head -c 1 $place/made 2>/dev/null | wc -c)" = 1 && echo "open in $place"
      done < /proc/mounts; true
      """
    let lines = try root.run(root.shell(script)).lines
    #expect(lines.contains("made"))
    #expect(lines.filter { $0.hasPrefix("open") } == [])
  }

  @Test func filterThatWasKeptDoesTheSame() throws {
    let root = try TestRoot()
    let cache = "\(root.folder)/cache"
    try FileTree.makeDirectories(cache)
    let sandbox = Sandbox(
      runtime: TestRoot.runtime, scratch: "\(root.folder)/scratch", cache: cache,
      host: TestRoot.host)
    symlink("busybox", "\(root.lowers[0])/bin/grep")
    let spec = root.shell(
      "unshare -m true 2>/dev/null || echo refused; grep Seccomp: /proc/self/status")
    let first = try root.run(spec, sandbox: sandbox)
    let kept = try Directory.entries(of: cache).map(\.name)
    #expect(first.lines == ["refused", "Seccomp:\t2"])
    #expect(try root.run(spec, sandbox: sandbox) == first)
    #expect(kept.count == (TestRoot.runtime?.kind == .crun ? 1 : 0))
    #expect(try Directory.entries(of: cache).map(\.name) == kept)
  }

  @Test func processesOfTheHostAreNotSeen() throws {
    let root = try TestRoot()
    #expect(try root.run(root.shell("echo $$; echo /proc/[0-9]*")).lines == ["1", "/proc/1"])
  }

  @Test func onlyTheStandardDescriptorsAreOpen() throws {
    let root = try TestRoot()
    let lines = try root.run(root.shell("ls /proc/$$/fd; true")).lines
    // From 10 on they are the shell's own.
    #expect(lines.filter { $0.utf8.count == 1 } == ["0", "1", "2"])
  }

  @Test func mounts() throws {
    let root = try TestRoot()
    try FileTree.makeDirectories("\(root.folder)/data")
    try root.write("data/in", "in\n")
    var spec = root.shell(
      """
      cat /data/in; echo out > /data/out; touch /frozen/x 2>/dev/null || echo frozen
      stat -c '%a %u %g' /run/secrets/key; cat /run/secrets/key; touch /scratch/x && echo scratch
      """)
    spec.mounts = [
      SandboxMount(.bind("\(root.folder)/data"), target: "/data"),
      SandboxMount(.bind("\(root.folder)/data"), target: "/frozen", isReadOnly: true),
      SandboxMount(
        .file(contents: Array("secret\n".utf8), mode: 0o440, uid: 3, gid: 4),
        target: "/run/secrets/key", isReadOnly: true),
      SandboxMount(.memory(size: 1 << 20, mode: 0o1777), target: "/scratch"),
    ]
    #expect(
      try root.run(spec).lines == ["in", "frozen", "440 3 4", "secret", "scratch"])
    #expect(try FileTree.read("\(root.folder)/data/out") == Array("out\n".utf8))
    #expect(try root.written == [])
    spec.mounts = [SandboxMount(.bind("/nowhere/at/all"), target: "/data")]
    #expect(throws: SandboxError.mountSourceMissing(path: "/nowhere/at/all")) { try root.run(spec) }
  }

  @Test func mountPointsThatCannotBe() throws {
    let root = try TestRoot()
    symlink("b", "\(root.lowers[0])/a")
    symlink("a", "\(root.lowers[0])/b")
    for target in ["/", "/a/x", "/etc/passwd", "/tmp/../.."] {
      var spec = root.spec(["true"])
      spec.mounts = [SandboxMount(.memory(size: nil, mode: 0o755), target: target)]
      let error = #expect(throws: SandboxError.self) { try root.run(spec) }
      #expect(error?.diagnostic.id == "mount-point", "\(target)")
    }
  }

  @Test func systemDirectoriesThatAreLinksAreRefused() throws {
    let root = try TestRoot()
    symlink("/etc", "\(root.lowers[0])/proc")
    let error = #expect(throws: SandboxError.self) { try root.run(root.spec(["true"])) }
    #expect(error?.diagnostic.id == "mount-point")
  }

  /// A tree that is mounted is not to be trusted: nothing in it leads out of it.
  @Test func treesAreClosed() throws {
    let root = try TestRoot()
    try FileTree.makeDirectories("\(root.folder)/tree/in/deep")
    try root.write("tree/in/file", "inside\n")
    for (name, target) in [("out", "/etc"), ("up", "../../../../etc/passwd"), ("round", "round")] {
      symlink(target, "\(root.folder)/tree/\(name)")
    }
    symlink("/in", "\(root.folder)/tree/link")
    let directory = SandboxTree.directory("\(root.folder)/tree")
    let overlay = SandboxTree.overlay(lowers: ["\(root.folder)/tree"], writable: .readOnly)
    for tree in [directory, overlay] {
      var spec = root.shell("cat /x/file")
      spec.mounts = [SandboxMount(.inside(tree, path: "link/../link"), target: "/x")]
      #expect(try root.run(spec).lines == ["inside"])
      for path in ["out", "up", "round", "in/none"] {
        spec.mounts = [SandboxMount(.inside(tree, path: path), target: "/x")]
        #expect(throws: SandboxError.mountSourceMissing(path: path)) { try root.run(spec) }
      }
    }
  }

  @Test func whatIsWrittenToATreeGoesWhereItIsMeantTo() throws {
    let root = try TestRoot()
    for name in ["tree", "over", "over-work"] {
      try FileTree.makeDirectories("\(root.folder)/\(name)")
    }
    try root.write("tree/file", "1\n")
    let writable = SandboxSpec.Writable.directory(
      upper: "\(root.folder)/over", work: "\(root.folder)/over-work")
    let tree = SandboxTree.overlay(lowers: ["\(root.folder)/tree"], writable: writable)
    var spec = root.shell(
      "echo 2 >/x/file; touch /x/new; cat /x/file; ! mknod /x/d b 8 0 || ! cat /x/d")
    spec.mounts = [SandboxMount(.inside(tree, path: "/"), target: "/x")]
    #expect(try root.run(spec).lines.first == "2")
    #expect(FileTree.exists("\(root.folder)/over/new"))
    #expect(try FileTree.read("\(root.folder)/tree/file") == Array("1\n".utf8))
    #expect(try root.written == [])
  }
}
