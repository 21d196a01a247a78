import FileSystem
import Foundation
import Testing

/// Disks that are really full, or cannot be written.
@Suite(
  .enabled(
    if: Machine.canRun && SmallDisk.canMount && Machine.canAskDatabases,
    "\(Machine.needsRun); \(SmallDisk.needsMount); \(Machine.needsSQLite)"))
struct SmallDiskTests {
  private static let isLong =
    ProcessInfo.processInfo.environment["RUNCTL_LONG_TESTS"]?.isEmpty == false
  /// In KiB: from nothing to nearly enough.
  private static let rooms =
    isLong
    ? [0, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1_024, 1_536, 2_048]
    : [0, 32, 700]

  private let bench: Workbench
  private let disk: SmallDisk

  init() throws {
    bench = try Workbench()
    try bench.write(ExampleProject.files)
    // So large that a full disk is met in the middle of a layer, too.
    try bench.write("train.py", String(repeating: "echo \(UUID()) \(UUID())\n", count: 15_000))
    disk = try SmallDisk(in: bench, size: 24)
  }

  private func expectFull(
    _ result: ProgramResult, _ told: String, location: SourceLocation = #_sourceLocation
  ) {
    #expect(result.code > 0 && result.code < 128, "\(told): \(result)", sourceLocation: location)
    #expect(disk.isMounted, "\(told)", sourceLocation: location)
    #expect(
      result.errors.contains("[disk-full]") && result.errors.contains(disk.path),
      "\(told): \(result)", sourceLocation: location)
    #expect(result.output.contains("built") == false, sourceLocation: location)
  }

  @Test func aBuildInAFullStoreSaysSo() throws {
    bench.environment["RUNCTL_HOME"] = "\(disk.path)/home"
    try bench.importBase()
    let digest = try cleanDigest()
    let check = StoreCheck(
      bench, home: "\(disk.path)/home", state: "\(bench.project)/.runctl")
    var full = 0
    for room in Self.rooms {
      try disk.leave(room)
      let result = try bench.start(["build", "-B"]).wait()
      if !result.succeeded {
        expectFull(result, "\(room) KiB")
        full += 1
      }
      try disk.makeRoom()
      let next = try bench.does("build")
      #expect(try bench.digest(next) == digest, "\(room) KiB")
      try check.expectSound(rereads: true, "\(room) KiB")
      try bench.does("images", "ls")
      try check.expectNothingLeft("\(room) KiB")
    }
    print("a build: the disk was full \(full) times of \(Self.rooms.count)")
    #expect(full > 1)
  }

  @Test func anImportIntoAFullStoreSaysSo() throws {
    bench.environment["RUNCTL_HOME"] = "\(disk.path)/home"
    let tar = "\(bench.folder)/base.tar"
    try BaseRoot.write(tar, scratch: bench.folder)
    var full = 0
    for room in Self.rooms {
      try disk.leave(room)
      let result = try bench.runctl("images", "import", tar, Workbench.base)
      if !result.succeeded {
        expectFull(result, "\(room) KiB")
        full += 1
      }
      try disk.makeRoom()
      try bench.does("images", "import", tar, Workbench.base)
      try StoreCheck(bench, home: "\(disk.path)/home").expectSound(rereads: true)
      try FileTree.remove("\(disk.path)/home")
    }
    print("an import: the disk was full \(full) times of \(Self.rooms.count)")
    #expect(full > 1)
  }

  @Test func aFullStateSaysSo() throws {
    try bench.importBase()
    bench.environment["RUNCTL_STATE_DIR"] = "\(disk.path)/state"
    var full = 0
    for room in Self.rooms {
      try bench.write("train.py", "echo \(room)\n")
      try disk.leave(room)
      let result = try bench.runctl("build")
      if !result.succeeded {
        expectFull(result, "\(room) KiB")
        full += 1
      }
      try disk.makeRoom()
      try bench.does("build")
    }
    print("a state: the disk was full \(full) times of \(Self.rooms.count)")
    #expect(full > 0)
    #expect(try bench.digest(bench.does("build")) == cleanDigest())
  }

  @Test(.enabled(if: Machine.canPush, "\(Machine.needsPush)"))
  func aPushThatCannotBeRecordedSaysSo() throws {
    try bench.importBase()
    let registry = try RegistryServer(in: bench)
    bench.environment["RUNCTL_STATE_DIR"] = "\(disk.path)/state"
    try bench.does("build")
    try disk.leave(0)
    let result = try bench.runctl("push", "-t", "\(registry.host)/train:1")
    // What is not needed in full may fit into what is there already.
    if !result.succeeded { expectFull(result, "a push") }
    try disk.makeRoom()
    try bench.does("push", "-t", "\(registry.host)/train:1")
  }

  // MARK: What cannot be written

  @Test func aStoreThatCannotBeWrittenIsRead() throws {
    bench.environment["RUNCTL_HOME"] = "\(disk.path)/home"
    try bench.importBase()
    let digest = try bench.digest(bench.does("build"))
    try disk.remount(readOnly: true)
    #expect(try bench.does("build").output == "project: up to date (\(digest))\n")
    for look in [["images", "ls"], ["build", "-n"], ["status"], ["history"], ["explain"]] {
      let result = try bench.start(look).wait()
      #expect(result.succeeded, "\(look): \(result)")
      #expect(result.errors == "", "\(look): \(result)")
    }
    #expect(try bench.does("images", "ls").output.contains("base:1"))
    try bench.write("train.py", "echo edited\n")
    #expect(try bench.does("build", "-n").output.contains("train.py was edited"))
    let result = try bench.runctl("build")
    #expect(result.code == 9, "\(result)")
    #expect(result.errors.contains("read-only file system"), "\(result)")
    #expect(result.errors.contains(disk.path))
    try disk.remount(readOnly: false)
    #expect(try bench.digest(bench.does("build")) == cleanDigest())
  }

  @Test func aStateThatCannotBeWrittenIsRead() throws {
    try bench.importBase()
    bench.environment["RUNCTL_STATE_DIR"] = "\(disk.path)/state"
    let digest = try bench.digest(bench.does("build"))
    try disk.remount(readOnly: true)
    #expect(try bench.does("build").output == "project: up to date (\(digest))\n")
    #expect(try bench.does("status").output.contains("up to date"))
    try bench.write("train.py", "echo edited\n")
    let result = try bench.runctl("build")
    #expect(result.code == 9, "\(result)")
    #expect(result.errors.lowercased().contains("read-only file system"), "\(result)")
    #expect(result.errors.contains(disk.path))
    try disk.remount(readOnly: false)
    #expect(try bench.digest(bench.does("build")) == cleanDigest())
  }

  @Test func aProjectThatCannotBeWrittenHasItsStateInTheStore() throws {
    let place = bench.project
    bench.project = "\(disk.path)/project"
    try FileTree.makeDirectories(bench.project)
    for path in ExampleProject.files.keys {
      try bench.write(path, String(decoding: FileTree.read("\(place)/\(path)"), as: UTF8.self))
    }
    try bench.importBase()
    try disk.remount(readOnly: true)
    let built = try bench.does("build")
    #expect(try bench.digest(built) == cleanDigest())
    #expect(try bench.does("build").output.contains("up to date"))
    #expect(FileTree.exists("\(bench.home)/states"))
    #expect(bench.has(".runctl") == false)
  }

  /// What an empty store on a large disk makes of the project.
  private func cleanDigest() throws -> String {
    let other = try Workbench()
    try other.importBase()
    other.project = bench.project
    other.environment["RUNCTL_STATE_DIR"] = "\(other.folder)/state"
    return try other.digest(other.does("build"))
  }
}
