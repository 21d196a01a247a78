import FileSystem
import Foundation
import SQLite
import TestSupport
import Testing

/// What somebody, or a disk, did to the files of a store and a state: the next command notices, says
/// so, and makes the right image.
///
/// Databases are damaged at a few places, or at 60 each with `RUNCTL_LONG_TESTS` set.
@Suite(
  .enabled(
    if: Machine.canRun && Machine.canAskDatabases, "\(Machine.needsRun); \(Machine.needsSQLite)"))
struct DamageTests {
  private static let isLong =
    ProcessInfo.processInfo.environment["RUNCTL_LONG_TESTS"]?.isEmpty == false

  /// A project with an image, and the image's digest.
  private func built() throws -> (Workbench, String) {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    return (bench, try bench.digest(bench.does("build")))
  }

  /// Nothing crashes, the image is right, and afterwards nothing is left to be done.
  private func expectRight(
    _ bench: Workbench, _ digest: String, _ told: String,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let result = try bench.runctl("build")
    #expect(result.code == 0, "\(told): \(result)", sourceLocation: location)
    #expect(try bench.digest(result) == digest, "\(told)", sourceLocation: location)
    let again = try bench.runctl("build")
    #expect(
      again.output == "project: up to date (\(digest))\n", "\(told): \(again)",
      sourceLocation: location)
  }

  enum Place: String, CaseIterable, CustomTestStringConvertible {
    case state = "project/.runctl/state.db"
    case stateLog = "project/.runctl/state.db-wal"
    case store = "home/store.db"
    case storeLog = "home/store.db-wal"

    var testDescription: String { rawValue }
    var isLog: Bool { rawValue.hasSuffix("-wal") }
  }

  @Test(arguments: Place.allCases)
  func aDatabaseIsDamaged(at place: Place) throws {
    var generator = SeededGenerator.ofTest("DamageTests \(place)")
    let (bench, digest) = try built()
    // What the file has is in the file, not in its log; that of the log is.
    if !place.isLog { try fold(bench) }
    let path = "\(bench.folder)/\(place.rawValue)"
    let saved = try SavedDatabases(bench)
    let original = try FileTree.read(path)
    var noticed = 0
    for number in 0..<(Self.isLong ? 60 : 4) {
      try saved.restore()
      let told: String
      if number % 4 == 3 {
        let size = [0, 1, 100, original.count / 2, original.count - 1].randomElement(
          using: &generator)
        truncate(path, size ?? 0)
        told = "\(place) cut to \(size ?? 0) bytes"
      } else {
        told = "\(place) changed at " + (try scribble(path, original.count, &generator))
      }
      // An edit, so that everything is asked.
      try bench.write("train.py", "echo \(number)\n")
      let edited = try bench.runctl("build")
      #expect(edited.code < 128, "\(told): \(edited)")
      try bench.write("train.py", try #require(ExampleProject.files["train.py"]))
      try expectRight(bench, digest, told)
      noticed += try asides(bench).isEmpty ? 0 : 1
    }
    print("\(place): set aside \(noticed) times")
    if Self.isLong, !place.isLog { #expect(noticed > 0) }
  }

  /// The warning has the names of both.
  @Test(arguments: [Place.state, .store])
  func whatIsSetAsideIsSaid(place: Place) throws {
    let (bench, digest) = try built()
    try fold(bench)
    let path = "\(bench.folder)/\(place.rawValue)"
    let size = try FileTree.read(path).count
    for page in 0..<(size / 4096) { try overwrite(path, at: page * 4096 + 2_000, [0x5a, 0xa5]) }
    try bench.write("train.py", "echo other\n")
    let result = try bench.does("build")
    let aside = try #require(asides(bench).first)
    #expect(result.errors.contains("'\(path)' was damaged; it is now '\(aside)'"), "\(result)")
    try bench.write("train.py", try #require(ExampleProject.files["train.py"]))
    try expectRight(bench, digest, "\(place)")
    try StoreCheck(bench, state: "\(bench.project)/.runctl").expectSound(rereads: true)
  }

  /// Whoever only looks says why nothing is known, once, and leaves the file as it is.
  @Test(arguments: [["status"], ["explain"], ["history"], ["build", "-n"]])
  func whoOnlyLooksSaysWhyNothingIsKnown(arguments: [String]) throws {
    let (bench, _) = try built()
    try fold(bench)
    let path = "\(bench.folder)/\(Place.state.rawValue)"
    let size = try FileTree.read(path).count
    for page in 0..<(size / 4096) { try overwrite(path, at: page * 4096 + 2_000, [0x5a, 0xa5]) }
    let damaged = try FileTree.read(path)
    let result = try bench.start(arguments).wait()
    let warnings = result.errors.components(separatedBy: "[state-unreadable]").count - 1
    #expect(warnings == 1 && result.errors.contains("'\(path)' is damaged"), "\(result)")
    #expect(try FileTree.read(path) == damaged)
    let build = try bench.does("build")
    #expect(!build.errors.contains("[state-unreadable]"), "\(build)")
    #expect(build.errors.contains("[state-damaged]"), "\(build)")
  }

  /// A build whose command runs on snapshots that another command's new database does not know.
  @Test(arguments: [false, true])
  func aLostStoreDatabaseTakesNothingFromARunningCommand(isOverwritten: Bool) throws {
    let first = try Workbench()
    try first.importBase()
    let second = try Workbench(beside: first)
    second.environment["RUNCTL_HOME"] = first.home
    try first.write(
      "Dockerfile",
      """
      FROM base:1
      RUN ls /bin >/c1; echo it started; \
          while ! test -e /go; do sleep 1; test "$((n += 1))" = 8 && touch /go; done; \
          ls /bin >/c2; cat /c1 /c2 >/dev/null || exit 1; test "$(cat /c1)" = "$(cat /c2)"

      """)
    try second.write("Dockerfile", "FROM base:1\nRUN ls /bin >/c1\n")
    let build = try first.start(["build"])
    let hasStarted = eventually { build.errorsSoFar.contains("it started\n") }
    #expect(hasStarted)
    let path = "\(first.home)/store.db"
    if isOverwritten {
      try FileTree.replace(path, with: [UInt8](repeating: 0x5a, count: 40_960))
    } else {
      for suffix in ["", "-wal", "-shm"] { try FileTree.removeFile(path + suffix) }
    }
    let other = try second.runctl("build")
    #expect(other.succeeded, "\(other)")
    #expect(build.isRunning)
    let result = try build.wait()
    #expect(result.succeeded, "\(result)")
    #expect(try first.digest(result) == first.cleanDigest([], bases: [(Workbench.base, [:])]))
    #expect(try first.does("build").succeeded)
  }

  private func asides(_ bench: Workbench) throws -> [String] {
    try SavedDatabases.files(bench).filter { $0.contains(".damaged-") && !$0.hasSuffix("-wal") }
  }

  /// Brings the logs' contents into the files.
  private func fold(_ bench: Workbench) throws {
    for path in ["\(bench.home)/store.db", "\(bench.project)/.runctl/state.db"] {
      try Database(path: path, mode: .readWrite).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }

  private func scribble(_ path: String, _ size: Int, _ generator: inout SeededGenerator) throws
    -> String
  {
    let count = [1, 1, 16, 4096].randomElement(using: &generator) ?? 1
    let at = Int.random(in: 0..<size, using: &generator)
    let bytes = (0..<min(count, size - at)).map { _ in UInt8.random(in: 0...255, using: &generator)
    }
    try overwrite(path, at: at, bytes)
    return "\(at), \(bytes.count) bytes"
  }

  private func overwrite(_ path: String, at offset: Int, _ bytes: [UInt8]) throws {
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seek(toOffset: UInt64(offset))
    try handle.write(contentsOf: bytes)
    try handle.close()
  }
}

/// The databases of a store and a project as they once were.
private struct SavedDatabases {
  private let bench: Workbench
  private let contents: [String: [UInt8]]

  init(_ bench: Workbench) throws {
    self.bench = bench
    contents = Dictionary(
      uniqueKeysWithValues: try Self.files(bench).map { ($0, try FileTree.read($0)) })
  }

  func restore() throws {
    for path in try Self.files(bench) { try FileTree.removeFile(path) }
    for (path, bytes) in contents { try FileTree.replace(path, with: bytes) }
  }

  static func files(_ bench: Workbench) throws -> [String] {
    try [bench.home, "\(bench.project)/.runctl"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(atPath: folder)
        .filter { $0.contains(".db") }.map { "\(folder)/\($0)" }
    }
  }
}
