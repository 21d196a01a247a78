import FileSystem
import Glibc
import Processes
import Testing

@testable import Sandbox

/// What a run leaves in the upper directory: the command's work and nothing else.
@Suite(.enabled(if: TestRoot.canRun, TestRoot.requirement))
struct UpperTests {
  @Test func runThatDoesNothingLeavesNothing() throws {
    let root = try TestRoot()
    var spec = root.spec(["true"])
    spec.mounts = [
      SandboxMount(.memory(size: nil, mode: 0o700), target: "/var/cache/deep"),
      SandboxMount(.bind(root.folder), target: "/mnt/outside", isReadOnly: true),
      SandboxMount(.file(contents: [1], mode: 0o400, uid: 0, gid: 0), target: "/run/secrets/key"),
    ]
    #expect(try root.run(spec).status.isSuccess)
    #expect(try root.written == [])
  }

  @Test func onlyWhatTheCommandWrote() throws {
    let root = try TestRoot()
    let script =
      "echo x > /etc/new; mkdir -p /opt/a; rm /etc/group; echo nameserver > /etc/resolv.conf"
    #expect(try root.run(root.shell(script)).status.isSuccess)
    #expect(try root.written == ["etc", "etc/group", "etc/new", "opt", "opt/a"])
    let whiteout = try #require(try FileStatus.of("\(root.upper)/etc/group", followLink: false))
    #expect(whiteout.kind == .characterDevice && whiteout.deviceNumber == 0)
  }

  @Test func parentsOfMountPointsKeepTheirAttributes() throws {
    let root = try TestRoot()
    var spec = root.shell("stat -c '%a %u' /root /root/mnt; echo x > /root/file")
    spec.mounts = [SandboxMount(.memory(size: nil, mode: 0o711), target: "/root/mnt")]
    chown("\(root.lowers[0])/root", 7, 7)
    #expect(try root.run(spec).lines == ["700 7", "711 0"])
    #expect(try root.written == ["root", "root/file"])
    let status = try #require(try FileStatus.of("\(root.upper)/root", followLink: false))
    #expect(status.permissions == 0o700 && status.uid == 7)
  }

  @Test func mountPointBehindLinks() throws {
    let root = try TestRoot()
    try FileTree.removeFile("\(root.lowers[0])/etc/resolv.conf")
    symlink("../run/resolve/stub.conf", "\(root.lowers[0])/etc/resolv.conf")
    symlink("/../../../../tmp", "\(root.lowers[0])/away")
    var spec = root.shell("test -f /run/resolve/stub.conf && ls /tmp/inner && echo here")
    spec.mounts = [SandboxMount(.memory(size: nil, mode: 0o755), target: "/away/inner")]
    #expect(try root.run(spec).lines == ["here"])
    #expect(try root.written == [])
  }

  @Test func whiteoutsAndOpaqueDirectoriesOfLowersAreSeen() throws {
    let root = try TestRoot()
    let first = try root.run(root.shell("rm -r /etc; mkdir /etc; echo x > /etc/only; rm -r /tmp"))
    #expect(first.status.isSuccess)
    try FileTree.rename("\(root.folder)/upper", to: "\(root.folder)/second")
    try FileTree.remove("\(root.folder)/work")
    for name in ["upper", "work"] { try FileTree.makeDirectories("\(root.folder)/\(name)") }
    root.lowers.insert("\(root.folder)/second", at: 0)
    let outcome = try root.run(root.shell("ls /etc; ls -d /tmp 2>/dev/null; true"))
    #expect(outcome.lines == ["hosts", "only", "resolv.conf"])
    #expect(try root.written == [])
  }

  @Test(arguments: [OverlayMount.Interface.new, .old], [2, 127, 300])
  func manyLowers(interface: OverlayMount.Interface, count: Int) throws {
    let root = try TestRoot()
    for index in 1..<count {
      let lower = "\(root.folder)/l\(index)"
      try FileTree.makeDirectories(lower)
      try root.write("l\(index)/f\(index)", "")
      root.lowers.insert(lower, at: 0)
    }
    var spec = root.shell("ls / | grep -c ^f; test -f /f1 && test -f /f\(count - 1)")
    spec = root.shell("ls /f* | wc -l; test -f /f1 && test -f /f\(count - 1)")
    spec.overlayInterface = interface
    let outcome = try root.run(spec)
    #expect(outcome == Outcome(status: .exited(0), lines: ["\(count - 1)"]))
    #expect(try root.written == [])
  }

  @Test func rootKeepsTheAttributesOfTheTopmostLower() throws {
    let root = try TestRoot()
    chmod(root.lowers[0], 0o711)
    chown(root.lowers[0], 5, 6)
    #expect(try root.run(root.shell("stat -c '%a %u %g' /")).lines == ["711 5 6"])
    let status = try #require(try FileStatus.of(root.upper, followLink: false))
    #expect(status.permissions == 0o711 && status.uid == 5 && status.gid == 6)
  }

  @Test func readOnlyAndInMemory() throws {
    let root = try TestRoot()
    var spec = root.shell("touch /etc/x 2>/dev/null && echo written; true")
    spec.writable = .readOnly
    #expect(try root.run(spec).lines == [])
    spec.writable = .memory
    #expect(try root.run(spec).lines == ["written"])
    #expect(try root.written == [])
  }
}
