import Diagnostics
import FileSystem
import Glibc
import Processes
import Testing

@testable import Sandbox

/// The sandbox of a normal user: one that exists only in a mount namespace of the test's, where the
/// files of users and of subordinate ids are replaced.
@Suite(
  .enabled(
    if: TestRoot.canRun
      && ["newuidmap", "setpriv", "unshare"].allSatisfy { program in
        (try? ExecutableSearch.find(program)) != nil
      }, "needs root and newuidmap (apt-get install uidmap) besides what the sandbox needs"))
struct RootlessTests {
  private static let uid: UInt32 = 54321

  private func sandbox(_ root: TestRoot, ranges: String = "tester:300000:65536\n") throws -> Sandbox
  {
    let files = "\(root.folder)/files"
    try FileTree.makeDirectories(files)
    let passwd = String(decoding: try FileTree.read("/etc/passwd"), as: UTF8.self)
    try root.write("files/passwd", passwd + "tester:x:\(Self.uid):\(Self.uid)::/:/bin/sh\n")
    try root.write("files/subuid", ranges)
    try root.write("files/subgid", ranges)
    let host = TestRoot.host.joined(separator: " ")
    let script = """
      chown \(Self.uid):\(Self.uid) \(root.folder)/scratch/* &&
      for f in passwd subuid subgid; do touch /etc/$f; mount --bind \(files)/$f /etc/$f || exit 9; done
      exec setpriv --reuid \(Self.uid) --regid \(Self.uid) --clear-groups \(host)
      """
    return Sandbox(
      runtime: TestRoot.runtime, scratch: "\(root.folder)/scratch",
      host: ["unshare", "-m", "sh", "-c", script])
  }

  /// All that is in it belongs to the user.
  private func root() throws -> TestRoot {
    let root = try TestRoot()
    let command = Command(["chown", "-R", "\(Self.uid):\(Self.uid)", root.folder])
    #expect(try Subprocess.run(command, interruption: nil).status.isSuccess)
    return root
  }

  @Test func ownersAreTheContainers() throws {
    let root = try root()
    var spec = root.shell(
      """
      id -u; stat -c '%u %g' /etc/passwd; touch /tmp/mine; chown 5:6 /tmp/mine
      touch /etc/x; rm /etc/group; stat -c '%u %g' /tmp/mine; echo > /dev/null && echo null
      head -c 1 /dev/zero | wc -c; mount -t tmpfs none /mnt 2>/dev/null && echo mounted; true
      """)
    try root.write("mounted", "")
    let tree = SandboxTree.overlay(lowers: root.lowers, writable: .readOnly)
    spec.mounts = [
      SandboxMount(.memory(size: nil, mode: 0o755), target: "/run/deep"),
      SandboxMount(.inside(tree, path: "/etc"), target: "/inside", isReadOnly: true),
      SandboxMount(.inside(.directory(root.folder), path: "/mounted"), target: "/file"),
    ]
    let outcome = try root.run(spec, sandbox: sandbox(root))
    #expect(outcome == Outcome(status: .exited(0), lines: ["0", "0 0", "5 6", "null", "1"]))
    #expect(try root.written == ["etc", "etc/group", "etc/x", "tmp", "tmp/mine"])
    let status = try #require(try FileStatus.of("\(root.upper)/tmp/mine", followLink: false))
    #expect(status.uid == 300_004 && status.gid == 300_005)
  }

  @Test func workThatCannotBeUsedIsAnError() throws {
    let root = try root()
    chown("\(root.folder)/work", 0, 0)
    let error = #expect(throws: SandboxError.self) {
      try root.run(root.spec(["true"]), sandbox: sandbox(root))
    }
    guard case .setupFailed = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func otherUsersAndNoNetwork() throws {
    let root = try root()
    var spec = root.shell("id; ls /sys/class/net")
    spec.user = "app"
    spec.network = .none
    let outcome = try root.run(spec, sandbox: sandbox(root))
    #expect(
      outcome.lines == [
        "uid=1000(app) gid=1001(app) groups=10(wheel),44(video),1001(app)", "lo",
      ])
  }

  @Test func manyLowers() throws {
    let root = try root()
    for index in 1...130 {
      try FileTree.makeDirectories("\(root.folder)/l\(index)")
      try root.write("l\(index)/f\(index)", "")
      root.lowers.insert("\(root.folder)/l\(index)", at: 0)
    }
    #expect(try root.run(root.shell("echo /f* | wc -w"), sandbox: sandbox(root)).lines == ["130"])
  }

  @Test func programInTheUserNamespace() throws {
    let root = try root()
    let lines = Lines()
    let status = try sandbox(root).runInUserNamespace(
      ["sh", "-c", "id -u; stat -c %u '\(root.upper)'; exit 3"],
      streams: .init(output: .lines { lines.add($0) }), interruption: nil)
    #expect(status == .exited(3))
    #expect(lines.all == ["0", "0"])
  }

  @Test func probe() throws {
    let root = try root()
    try sandbox(root).probe(root.upper)
    #expect(try root.written == [])
  }

  @Test func noRangeIsAnErrorThatNamesTheRemedy() throws {
    let root = try root()
    let sandbox = try sandbox(root, ranges: "somebody:300000:65536\n")
    let error = #expect(throws: SandboxError.self) {
      try root.run(root.spec(["true"]), sandbox: sandbox)
    }
    #expect(error == .subordinateIDsMissing(user: "tester", file: "/etc/subuid"))
    #expect(error?.diagnostic.help?.contains("usermod --add-subuids") == true)
  }

  @Test func mapsAreMadeOfAllRanges() {
    let owner = UserNamespace.Owner(id: 0)
    let text = "root:100:10\n0:500:5\nother:1:1\nroot:bad:1\nroot:7:0\n"
    let ranges = IDMap.ranges(in: text, of: owner)
    #expect(
      IDMap.map(ownID: 1000, subordinate: ranges) == [[0, 1000, 1], [1, 100, 10], [11, 500, 5]])
  }
}
