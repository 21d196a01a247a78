import FileSystem
import Glibc
import Processes
import State
import TestSupport
import Testing

@testable import Launching

@Suite(.enabled(if: access("/usr/bin/git", X_OK) == 0, "git is needed"))
struct WorkingChangesTests {
  private let scratch: Scratch
  private var root: String { scratch("repository/project") }

  init() throws {
    scratch = try Scratch()
    try scratch.write("repository/project/train.py", "print(1)\n")
    try scratch.write("repository/project/.env", "TOKEN=abc\n")
    try scratch.write("repository/outside", "1\n")
    try git("init", "-q")
    try git("add", "-A")
    try git(
      "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "one")
  }

  private func git(_ words: String..., input: [UInt8]? = nil) throws {
    var command = Command(["git"] + words, workingDirectory: scratch("repository"))
    if let input { command.input = .bytes(input) }
    let result = try Subprocess.run(command, interruption: nil)
    try #require(result.status.isSuccess, "\(result.errorText)")
  }

  private func patch() throws -> [UInt8]? {
    guard case .some(_, let patch)? = WorkingChanges.look(in: root)?.difference else { return nil }
    return patch
  }

  @Test func nothingDiffersFromAFreshCommit() throws {
    let changes = try #require(WorkingChanges.look(in: root))
    #expect(changes.difference == .none)
    #expect(changes.facts.map(\.name) == ["commit"])
    #expect(changes.commit.count == 40)
  }

  @Test(arguments: ["project/.env", "project/deploy.KEY", "project/.aws/config", "outside"])
  func whatDoesNotCount(path: String) throws {
    try scratch.write("repository/\(path)", "changed\n")
    #expect(WorkingChanges.look(in: root)?.difference == WorkingChanges.Difference.none)
  }

  @Test func whatRunsWriteDoesNotCount() throws {
    try scratch.write("repository/project/out[1]/model", "trained\n")
    let written = ["out[1]"]
    #expect(
      WorkingChanges.look(in: root, leavingOut: written)?.difference
        == WorkingChanges.Difference.none)
    #expect(WorkingChanges.look(in: root)?.difference != WorkingChanges.Difference.none)
  }

  @Test(arguments: ["", "one line\n", "no end", "a\n\nb\n", "ünï\r\n"])
  func thePatchMakesTheFilesAgain(text: String) throws {
    try scratch.write("repository/project/train.py", "print(2)\n")
    try scratch.write("repository/project/models/new one.py", text)
    let patch = try #require(try patch())
    try FileTree.remove(scratch("repository/project/models"))
    try git("checkout", "-q", ".")
    try git("apply", "-", input: patch)
    #expect(try scratch.read("repository/project/train.py") == "print(2)\n")
    #expect(try scratch.read("repository/project/models/new one.py") == text)
  }

  @Test func eachContentHasADigestOfItsOwn() throws {
    var seen: Set<String> = []
    for text in ["1", "2", String(repeating: "x", count: 2 << 20), "\u{0}", "a\u{0}"] {
      try scratch.write("repository/project/data.bin", text)
      let fact = WorkingChanges.look(in: root)?.facts.first { $0.name == "commit.diff" }
      #expect(seen.insert(try #require(fact?.value)).inserted)
    }
  }

  @Test func aLargePatchIsNotKept() throws {
    let noise = (0..<400_000).map { _ in String(UInt64.random(in: 0 ... .max)) }
    try scratch.write("repository/project/train.py", noise.joined(separator: "\n"))
    let changes = try #require(WorkingChanges.look(in: root))
    guard case .some(_, patch: nil) = changes.difference else {
      Issue.record("\(changes.facts)")
      return
    }
    try changes.keep(in: scratch.path)
    #expect(FileTree.exists(scratch(WorkingChanges.fileName)) == false)
  }

  @Test func ofMoreThanCanBeReadInTimeNothingIsSaid() throws {
    try scratch.write("repository/project/new.py", "1\n")
    #expect(GitDifference(root: root, readingTime: .zero).find() == nil)
  }

  @Test func behindTheLimitAChangeIsSeenWithoutReading() throws {
    for number in 0..<8 {
      try scratch.write("repository/project/\(number)", String(repeating: "x\n", count: 100_000))
    }
    try scratch.write("repository/project/last", "1\n")
    let before = GitDifference(root: root, readingTime: .seconds(3600)).find()
    try scratch.write("repository/project/last", "12\n")
    let after = GitDifference(root: root, readingTime: .seconds(3600)).find()
    #expect(before != nil && after != nil && before != after)
  }

  @Test func thePatchIsForTheUserAlone() throws {
    try scratch.write("repository/project/train.py", "print(2)\n")
    try PendingChanges(in: root).result()?.keep(in: scratch.path)
    let status = try FileStatus.of(scratch(WorkingChanges.fileName), followLink: false)
    #expect(status.map { $0.permissions & 0o777 } == 0o600)
  }

  @Test func outsideARepositoryThereIsNone() {
    #expect(WorkingChanges.look(in: scratch.path) == nil)
  }
}
