import FileSystem
import Foundation
import TestSupport
import Testing

/// The power goes while something is built: what the kernel had not written is lost, names and
/// contents each for themselves, and the next command runs in another boot.
///
/// 3 moments, or 60 with `RUNCTL_LONG_TESTS` set.
@Suite(
  .enabled(
    if: Machine.canRun && SmallDisk.canMount && Machine.canAskDatabases,
    "\(Machine.needsRun); \(SmallDisk.needsMount); \(Machine.needsSQLite)"))
struct PowerLossTests {
  private static let isLong =
    ProcessInfo.processInfo.environment["RUNCTL_LONG_TESTS"]?.isEmpty == false

  private enum Last: String, CaseIterable {
    /// Nothing reaches the disk but what the kernel likes to write.
    case nothing
    /// All names do, and contents of which nobody asked for a sync do not.
    case names
    /// The names, and the databases' logs without their ends.
    case everythingBefore
  }

  private let bench: Workbench
  private let disk: SmallDisk
  private var home: String { "\(disk.path)/home" }
  private var state: String { "\(disk.path)/state" }

  init() throws {
    bench = try Workbench()
    disk = try SmallDisk(in: bench, size: 96)
    bench.environment["RUNCTL_HOME"] = home
    bench.environment["RUNCTL_STATE_DIR"] = state
  }

  /// Starts a command of a boot that is not this one's.
  private func start(_ arguments: [String], boot: Int) throws -> Program {
    let identity = "\(bench.folder)/boot-\(boot)"
    try FileTree.replace(identity, with: Array("00000000-0000-0000-0000-\(boot)\n".utf8))
    let script = "mount --bind \"$1\" /proc/sys/kernel/random/boot_id && shift && exec \"$@\""
    return try Program(
      ["unshare", "--mount", "sh", "-c", script, "sh", identity, Machine.runctl] + arguments,
      environment: bench.variables, directory: bench.project, scratch: bench.folder)
  }

  private func does(_ arguments: [String], boot: Int) throws -> ProgramResult {
    let result = try start(arguments, boot: boot).wait()
    try #require(result.succeeded, "\(result)")
    return result
  }

  @Test func theNextBootGoesOn() throws {
    var generator = SeededGenerator.ofTest("PowerLossTests")
    try bench.write(ExampleProject.files)
    let tar = "\(bench.folder)/base.tar"
    try BaseRoot.write(tar, scratch: bench.folder)
    _ = try does(["images", "import", tar, Workbench.base], boot: 0)
    sync()
    let check = StoreCheck(bench, home: home, state: state)
    var (digests, duration): ([Int: String], Int64) = ([:], 0)
    var (removed, lost, unnoted) = (0, 0, 0)
    for number in 0..<(Self.isLong ? 60 : 3) {
      let content = number % 6
      try bench.write("train.py", String(repeating: "echo \(content)\n", count: 5_000))
      try bench.write("requirements.txt", "numpy==1.\(content)\n")
      if digests[content] == nil {
        let clean = try cleanDigest()
        (digests[content], duration) = (clean.digest, clean.duration)
      }
      let last = Last.allCases[number % 3]
      let moment = Double(duration) * Double.random(in: 0.2...1.5, using: &generator)
      let told = "\(number): power lost after \(Int(moment)) µs, \(last) written"
      let build = try start(["build", "-B"], boot: number)
      if last == .everythingBefore {
        usleep(UInt32(moment / 2))
        sync()
        usleep(UInt32(moment / 2))
      } else {
        usleep(UInt32(moment))
      }
      if last != .nothing { try disk.syncNames() }
      try disk.shutDown()
      build.kill(SIGKILL)
      _ = try build.wait()
      let hasEnded = try eventually { try Processes.naming(bench.folder).isEmpty }
      #expect(hasEnded, "\(told)")
      try disk.losePower()
      let (wrong, noted) = (try wrongBlobs(), try notedBlobs())
      lost += wrong.count
      unnoted += wrong.subtracting(noted).count

      let next = try start(["build"], boot: number + 1).wait()
      try #require(next.succeeded, "\(told): \(next)")
      #expect(try Workbench.digest(next) == digests[content], "\(told)")
      removed += next.errors.components(separatedBy: "[content-removed]").count - 1
      try check.expectSound(rereads: true, told)
      let again = try does(["build"], boot: number + 1)
      #expect(again.output.contains("up to date"), "\(told): \(again)")
      _ = try does(["images", "ls"], boot: number + 1)
      try check.expectNothingLeft(told)
    }
    print(
      "power lost: \(lost) wrong blobs under their final names, \(unnoted) of them in no database; "
        + "\(removed) removed")
    #expect(removed == lost)
  }

  /// Without the disk, so that nothing is written back meanwhile.
  private func cleanDigest() throws -> (digest: String, duration: Int64) {
    let other = try Workbench()
    try other.importBase()
    other.project = bench.project
    other.environment["RUNCTL_STATE_DIR"] = "\(other.folder)/state"
    let start = ContinuousClock.now
    let result = try other.does("build")
    return (try Workbench.digest(result), Int64((ContinuousClock.now - start) / .microseconds(1)))
  }

  /// Blobs that are not what their names say.
  private func wrongBlobs() throws -> Set<String> {
    let folder = "\(home)/blobs/sha256"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    let result = try Program(["sha256sum"] + names.map { "\(folder)/\($0)" }, scratch: bench.folder)
      .wait()
    let right = result.output.split(separator: "\n").filter { $0.hasSuffix("/" + $0.prefix(64)) }
    return Set(names).subtracting(right.map { String($0.prefix(64)) })
  }

  /// Blobs that the store's database knows, as far as it reached the disk.
  private func notedBlobs() throws -> Set<String> {
    let copy = "\(bench.folder)/copied.db"
    let script = "rm -f \"$2\"*; cp \"$1\" \"$2\"; cp \"$1-wal\" \"$2-wal\""
    _ = try bench.run("sh", "-c", script, "sh", "\(home)/store.db", copy)
    let result = try bench.run(
      "sqlite3", copy, "SELECT lower(hex(name)) FROM contents WHERE kind = 0")
    try #require(result.succeeded, "\(result)")
    return Set(result.output.split(separator: "\n").map(String.init))
  }

  /// An import that was never synced is lost, and then that is what is said.
  @Test func whatOnlyAPersonHasIsAskedFor() throws {
    try bench.write(ExampleProject.files)
    let tar = "\(bench.folder)/base.tar"
    try BaseRoot.write(tar, scratch: bench.folder)
    _ = try does(["images", "ls"], boot: 0)
    sync()
    _ = try does(["images", "import", tar, Workbench.base], boot: 0)
    // The log of the store's database is one of the files that are synced now and then.
    let log = try File.open("\(home)/store.db-wal", flags: O_RDWR)
    try log.synchronize()
    _ = consume log
    try disk.losePower()
    let asked = try start(["build"], boot: 1).wait()
    #expect(asked.code == 9, "\(asked)")
    #expect(asked.errors.contains("the image 'base:1' is no longer whole in the store"), "\(asked)")
    _ = try does(["images", "import", tar, Workbench.base], boot: 1)
    let built = try does(["build"], boot: 1)
    #expect(try Workbench.digest(built) == cleanDigest().digest)
    try StoreCheck(bench, home: home, state: state).expectSound(rereads: true)
  }
}
