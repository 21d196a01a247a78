import FileSystem
import Glibc
import OCI
import Processes
import Project
import Sandbox
import State
import Testing

@testable import Launching

/// Swift Testing has a type of the same name.
typealias ExitStatus = Processes.ExitStatus

/// An image that is nothing but busybox, and a project to run it for.
final class BusyboxImage {
  static let busybox = ["/bin/busybox", "/usr/bin/busybox"].first { isStatic($0) }
  static let runtime = try? Runtime.find()
  static let requirement = Comment(
    "needs root, crun or runc, and a static busybox (apt-get install crun busybox-static)")
  static var canRun: Bool { geteuid() == 0 && busybox != nil && runtime != nil }
  /// The program that has `SandboxHost.main()` in it: built beside the tests.
  static let host: [String] = {
    let own = (try? FileTree.canonicalPath("/proc/self/exe")) ?? ""
    return ["\(FileTree.parentPath(of: own))/runctl", "internal", "sandbox"]
  }()
  private static let applets = """
    sh true false ls cat mkdir ln rm env sleep dd touch head chmod printenv id df stat cp mv kill
    """

  let bench: Workbench
  var entries: [LayerEntry] = []
  private var base: String { "\(bench.folder)/base" }
  var temporary: String { "\(bench.folder)/temporary" }

  init() throws {
    bench = try Workbench()
    for name in ["bin", "etc", "tmp", "root", "app"] { try makeDirectory(name) }
    try FileTree.makeDirectories("\(bench.folder)/out")
    let busybox = try #require(Self.busybox)
    try FileTree.replace(
      "\(base)/bin/busybox", with: FileTree.read(busybox), permissions: 0o755)
    for applet in Self.applets.split(whereSeparator: \.isWhitespace) {
      symlink("busybox", "\(base)/bin/\(applet)")
    }
    try write(
      "etc/passwd",
      "root:x:0:0:root:/root:/bin/sh\napp:x:1234:1235::/home/app:/bin/sh\n")
  }

  private static func isStatic(_ path: String) -> Bool {
    guard let bytes = try? FileTree.read(path) else { return false }
    return !String(decoding: bytes.prefix(1024), as: UTF8.self).contains("ld-linux")
  }

  func makeDirectory(_ name: String, permissions: UInt32 = 0o755) throws {
    try FileTree.makeDirectories("\(base)/\(name)", permissions: permissions)
    chmod("\(base)/\(name)", permissions)
    entries.append(
      LayerEntry(path: TreePath(name), kind: .directory, permissions: UInt16(permissions)))
  }

  func write(_ name: String, _ text: String) throws {
    try FileTree.replace("\(base)/\(name)", with: Array(text.utf8))
    entries.append(LayerEntry(path: TreePath(name), kind: .file, permissions: 0o644))
  }

  func image(user: String? = nil, stopSignal: String? = nil) -> RunImage {
    LaunchingTests.image(
      workingDirectory: "/app", environment: ["PATH=/bin"], user: user, stopSignal: stopSignal,
      tree: RootTree(layers: [LayerIndex(entries)]), places: [place("", "app")], lowers: [base])
  }

  /// What a run printed, and what came of it.
  struct Outcome {
    let result: RunResult
    let output: [UInt8]
    let errors: [UInt8]

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Runs a line of shell.
  func run(
    _ script: String, _ settings: RunSettings = .none, image: RunImage? = nil,
    environment: [Assignment] = [], interruption: Interruption? = nil, host: [String] = host
  ) throws -> Outcome {
    let image = image ?? self.image()
    let plan = try RunPlan(
      .command(["sh", "-c", script]), image: image, settings: settings, environment: environment,
      folders: bench.folders)
    let output = try File.open(
      "\(bench.folder)/out/1", flags: O_RDWR | O_CREAT | O_TRUNC)
    let errors = try File.open("\(bench.folder)/out/2", flags: O_RDWR | O_CREAT | O_TRUNC)
    let result = try LocalLauncher(
      runtime: Self.runtime, state: bench.state, host: host
    ).run(
      plan, image: image, folders: bench.folders,
      label: RunLabel(image: "app", script: "sh", arguments: [], imageDigest: image.digest),
      temporary: temporary,
      streams: LaunchStreams(output: output.descriptor, errors: errors.descriptor),
      stopper: RunStopper(interruption))
    return Outcome(
      result: result, output: try FileTree.read("\(bench.folder)/out/1"),
      errors: try FileTree.read("\(bench.folder)/out/2"))
  }
}
