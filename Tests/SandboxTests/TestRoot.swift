import FileSystem
import Glibc
import Processes
import Testing

@testable import Sandbox

/// A root file system with busybox, and the folders of one run of it.
///
/// Made anew for each test, gone afterwards.
final class TestRoot {
  static let busybox = ["/bin/busybox", "/usr/bin/busybox"].first { isStatic($0) }
  static let runtime = try? Runtime.find()
  static let runc = (try? ExecutableSearch.find("runc")).map { Runtime(kind: .runc, path: $0) }
  /// What must be there, and what to do about it.
  static let requirement = Comment(
    "needs root, crun or runc, and a static busybox (apt-get install crun busybox-static)")
  static var canRun: Bool { geteuid() == 0 && busybox != nil && runtime != nil }

  let folder: String
  var lowers: [String]
  var upper: String { "\(folder)/upper" }

  init() throws {
    var template = Array("\(P_tmpdir)/runctl-sandbox-XXXXXX".utf8CString)
    folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    chmod(folder, 0o755)
    lowers = ["\(folder)/base"]
    for name in ["base/bin", "base/etc", "base/tmp", "base/root", "upper", "work", "scratch"] {
      try FileTree.makeDirectories("\(folder)/\(name)")
    }
    chmod("\(folder)/base/tmp", 0o1777)
    chmod("\(folder)/base/root", 0o700)
    try install()
    try write("base/etc/passwd", Self.passwd)
    try write("base/etc/group", Self.group)
  }

  deinit { try? FileTree.remove(folder) }

  private static let passwd = """
    root:x:0:0:root:/root:/bin/sh
    app:x:1000:1001::/home/app:/bin/sh
    """
  private static let group = """
    root:x:0:
    app:x:1001:
    wheel:x:10:root,app
    video:x:44:app
    """

  private static func isStatic(_ path: String) -> Bool {
    guard let bytes = try? FileTree.read(path) else { return false }
    return !String(decoding: bytes.prefix(1024), as: UTF8.self).contains("ld-linux")
  }

  private func install() throws {
    let busybox = try #require(Self.busybox)
    let copy = Command(["cp", busybox, "\(folder)/base/bin/busybox"])
    try #require(try Subprocess.run(copy, interruption: nil).status.isSuccess)
    let applets = """
      sh true false ls cat mount id env sleep mknod dd touch hostname pwd stat echo ip kill find rm \
      mkdir unshare chmod chown stty tty head printenv setpriv umask ping wc date readlink
      """
    for applet in applets.split(separator: " ") {
      symlink("busybox", "\(folder)/base/bin/\(applet)")
    }
  }

  func write(_ path: String, _ text: String) throws {
    let file = try File.create("\(folder)/\(path)")
    try file.write(Array(text.utf8))
  }

  /// The program that has `SandboxHost.main()` in it: built beside the tests.
  static let host: [String] = {
    let own = (try? FileTree.canonicalPath("/proc/self/exe")) ?? ""
    return ["\(FileTree.parentPath(of: own))/runctl", "internal", "sandbox"]
  }()

  var sandbox: Sandbox {
    Sandbox(runtime: Self.runtime, scratch: "\(folder)/scratch", host: Self.host)
  }

  func spec(_ arguments: [String]) -> SandboxSpec {
    var spec = SandboxSpec(
      lowers: lowers, writable: .directory(upper: upper, work: "\(folder)/work"),
      arguments: arguments)
    spec.environment = ["PATH=/bin"]
    return spec
  }

  func shell(_ script: String) -> SandboxSpec { spec(["sh", "-c", script]) }

  /// Runs it with its output kept.
  func run(_ spec: SandboxSpec, sandbox: Sandbox? = nil) throws -> Outcome {
    // The kernel does not take a work directory twice.
    let work = "\(folder)/work"
    let owner = try #require(try FileStatus.of(work, followLink: false))
    try FileTree.remove(work)
    try FileTree.makeDirectories(work)
    chown(work, owner.uid, owner.gid)
    let lines = Lines()
    let status = try (sandbox ?? self.sandbox).run(
      spec,
      streams: Sandbox.Streams(output: .lines { lines.add($0) }, errors: .lines { lines.add($0) }),
      interruption: nil)
    return Outcome(status: status, lines: lines.all)
  }

  /// What is in the upper directory, as relative paths, sorted.
  var written: [String] {
    get throws { try Self.list(upper, prefix: "") }
  }

  private static func list(_ folder: String, prefix: String) throws -> [String] {
    try Directory.entries(of: folder).flatMap { entry in
      let name = String(decoding: entry.name, as: UTF8.self)
      let inner =
        entry.kind == .directory
        ? try list("\(folder)/\(name)", prefix: "\(prefix)\(name)/") : []
      return ["\(prefix)\(name)"] + inner
    }.sorted()
  }
}

/// Swift Testing has a type of the same name.
typealias ExitStatus = Processes.ExitStatus

struct Outcome: Equatable {
  let status: ExitStatus
  let lines: [String]
}
