import FileSystem
import Glibc
import OCI
import SQLite
import Synchronization
import TestSupport
import Testing

@testable import State

struct ProjectStateTests {
  private static let target = Target(image: "app", kind: .image)

  private static func add(_ output: String, to state: ProjectState) throws {
    try state.targets.add(
      TargetRecord(inputs: [], output: output, contents: [], reasons: [], duration: .zero),
      for: target, quick: [1])
  }

  @Test func keepsItselfOutOfGit() throws {
    let scratch = try Scratch()
    _ = try ProjectState.writing(scratch("a/.runctl"))
    let text = try scratch.read("a/.runctl/.gitignore")
    #expect(text.hasSuffix("*\n!.gitignore\n"))
    try scratch.write("a/.runctl/.gitignore", "mine")
    _ = try ProjectState.writing(scratch("a/.runctl"))
    #expect(try scratch.read("a/.runctl/.gitignore") == "mine")
  }

  @Test func lookingMakesNothing() throws {
    let scratch = try Scratch()
    let state = ProjectState.reading(scratch("none"))
    #expect(try state.targets.current(Self.target) == nil)
    #expect(try state.targets.quick(Self.target) == nil)
    #expect(try state.targets.all() == [])
    #expect(try state.runs.newest(image: "a", script: "b") == nil)
    #expect(try state.digests.records(of: [], in: "c") == nil)
    #expect(try scratch.names() == [])
  }

  /// The database and its log, byte by byte.
  @Test func lookingChangesNoByte() throws {
    let scratch = try Scratch()
    try Self.add("1", to: try ProjectState.writing(scratch.path))
    func contents() throws -> [String: [UInt8]] {
      var found: [String: [UInt8]] = [:]
      // The third file is the memory that those who have it open share.
      for name in try scratch.names() where !name.hasSuffix("-shm") {
        found[name] = try FileTree.read(scratch(name))
      }
      return found
    }
    let before = try contents()
    do {
      let state = ProjectState.reading(scratch.path)
      #expect(try state.targets.current(Self.target)?.output == "1")
      #expect(try state.targets.all().count == 1)
      #expect(throws: StateError.self) { try Self.add("2", to: state) }
    }
    #expect(try contents() == before)
  }

  @Test func aStateThatWasNeverFinishedIsNone() throws {
    let scratch = try Scratch()
    _ = try Database(path: scratch("state.db"), mode: .readWrite)
    #expect(try ProjectState.reading(scratch.path).targets.current(Self.target) == nil)
    try Self.add("1", to: try ProjectState.writing(scratch.path))
    #expect(try ProjectState.reading(scratch.path).targets.current(Self.target)?.output == "1")
  }

  @Test func aStateOfANewerOneIsRefused() throws {
    let scratch = try Scratch()
    try Self.add("1", to: try ProjectState.writing(scratch.path))
    try Database(path: scratch("state.db"), mode: .readWrite).execute("PRAGMA user_version = 9")
    let known = StateDatabase.migrations.count
    for state in [ProjectState.reading(scratch.path), try .writing(scratch.path)] {
      #expect(
        throws: StateError.newerFormat(path: scratch("state.db"), version: 9, known: known)
      ) { try state.targets.current(Self.target) }
    }
  }

  @Test func aDamagedDatabaseIsSetAside() throws {
    let scratch = try Scratch()
    let garbage = String(repeating: "this is no database ", count: 300)
    try scratch.write("state.db", garbage)
    try scratch.write("state.db-wal", "rest")
    // Who only looks knows nothing, and leaves it.
    let reported = Mutex<[StateError]>([])
    let reading = ProjectState.reading(scratch.path) { found in
      reported.withLock { $0.append(found) }
    }
    #expect(try reading.targets.current(Self.target) == nil)
    #expect(reported.withLock { $0 } == [.unreadable(path: scratch("state.db"))])
    #expect(try scratch.read("state.db") == garbage)
    reported.withLock { $0 = [] }
    let state = try ProjectState.writing(scratch.path) { found in
      reported.withLock { $0.append(found) }
    }
    // The command goes on from nothing.
    #expect(try state.targets.current(Self.target) == nil)
    try Self.add("1", to: state)
    guard case .damaged(scratch("state.db"), let aside)? = reported.withLock({ $0.first }) else {
      Issue.record("nothing was said")
      return
    }
    #expect(reported.withLock { $0.count } == 1)
    #expect(try FileTree.read(aside) == Array(garbage.utf8))
    let next = try ProjectState.writing(scratch.path)
    #expect(try next.targets.current(Self.target)?.output == "1")
    try Self.add("2", to: next)
    #expect(try ProjectState.reading(scratch.path).targets.current(Self.target)?.output == "2")
  }

  @Test func digestsAreKeptForEachContextAndDirectory() throws {
    let scratch = try Scratch()
    let state = try ProjectState.writing(scratch.path)
    try state.digests.set([[]: [1], [0xff, 0x2f]: [2]], in: "one")
    try state.digests.set([[]: [3]], in: "two")
    try state.digests.set([:], in: "two")
    #expect(try state.digests.records(of: [], in: "one") == [1])
    #expect(try state.digests.records(of: [0xff, 0x2f], in: "one") == [2])
    #expect(try state.digests.records(of: [], in: "two") == [3])
    #expect(try state.digests.records(of: [0xff, 0x2f], in: "two") == nil)
    try state.digests.set([[]: []], in: "one")
    #expect(try state.digests.records(of: [], in: "one") == [])
  }
}

struct RunRecordsTests {
  private static func run(_ id: String, started: Int64, script: String = "train.py") -> RunRecord {
    RunRecord(
      id: id, image: "app", script: script, arguments: ["--lr", "", "a b", "é\n"],
      imageDigest: "sha256:1", started: started, log: "runs/\(id)/log")
  }

  @Test(arguments: [
    RunRecord.Ending.running, .exited(code: 0), .exited(code: 255), .signalled(9),
    .failed(reason: "no such image: x"), .failed(reason: ""),
  ])
  func isKeptWhole(ending: RunRecord.Ending) throws {
    let scratch = try Scratch()
    let runs = try ProjectState.writing(scratch.path).runs
    var run = Self.run("1", started: 5)
    try runs.set(run)
    #expect(try runs.newest(image: "app", script: "train.py") == run)
    run.ending = ending
    run.duration = .milliseconds(77)
    try runs.set(run)
    #expect(try runs.newest(image: "app", script: "train.py") == run)
  }

  @Test func whatIsLearntLaterStaysWhenItEnds() throws {
    let scratch = try Scratch()
    let runs = try ProjectState.writing(scratch.path).runs
    var run = Self.run("1", started: 5)
    run.facts = [Input("user", "me")]
    try runs.set(run)
    let commit = Input("commit", "abc")
    try runs.add([commit], to: "1")
    try runs.add([commit], to: "none")
    run.ending = .exited(code: 0)
    try runs.set(run)
    #expect(try runs.run("1")?.facts == [Input("user", "me"), commit])
    #expect(try runs.newest(limit: 5).map(\.id) == ["1"])
  }

  @Test func theNewestIsTheLastStarted() throws {
    let scratch = try Scratch()
    let runs = try ProjectState.writing(scratch.path).runs
    for run in [
      Self.run("2", started: 20), Self.run("1", started: 10), Self.run("3", started: 20),
      Self.run("9", started: 99, script: "other.py"),
    ] { try runs.set(run) }
    #expect(try runs.newest(image: "app", script: "train.py")?.id == "3")
    #expect(try runs.newest(image: "none", script: "train.py") == nil)
  }

  @Test func withoutArgumentsAndImage() throws {
    let scratch = try Scratch()
    let runs = try ProjectState.writing(scratch.path).runs
    let run = RunRecord(
      id: "1", image: "", script: "s", arguments: [], imageDigest: nil, started: 0, log: "")
    try runs.set(run)
    #expect(try runs.newest(image: "", script: "s") == run)
  }
}
