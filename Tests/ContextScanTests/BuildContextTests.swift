import FileSystem
import Glibc
import OCI
import Synchronization
import Testing

@testable import ContextScan

private let second: FileTime = 1_000_000_000

struct BuildContextTests {
  private static func context(
    _ scratch: Scratch, _ storage: MemoryStorage, _ clock: any FileClock = quiet,
    roots: [TreePath] = [.root]
  ) throws -> BuildContext {
    BuildContext(
      root: scratch.path, rules: .none, roots: roots, clock: clock, storage: storage)
  }

  /// Long after everything has happened.
  private static var quiet: CoarseClock { CoarseClock(granularity: second, ahead: 100 * second) }

  private static func digests(
    _ context: BuildContext, _ names: String...
  ) throws -> [(path: TreePath, content: Digest)] {
    let paths = names.map { TreePath($0) }
    return Array(zip(paths, try context.digests(of: paths))).map { (path: $0, content: $1) }
  }

  @Test func digestsAreThoseOfTheContents() throws {
    let scratch = try Scratch("a", "d/b", "d/c")
    try scratch.write("a", "")
    try scratch.write("d/c", String(repeating: "x", count: 1_000_000))
    let found = try Self.digests(try Self.context(scratch, MemoryStorage()), "d/c", "a", "d/b")
    let expected = [String(repeating: "x", count: 1_000_000), "", "d/b"]
    #expect(found.map(\.content) == expected.map { SHA256.digest(of: $0) })
  }

  @Test func manyFilesKeepTheirOrder() throws {
    let scratch = try Scratch()
    let names = (0..<200).map { "d\($0 % 7)/f\($0)" }
    for name in names { try scratch.add(name) }
    let context = try Self.context(scratch, MemoryStorage())
    let found = try context.digests(of: names.map { TreePath($0) })
    #expect(found == names.map { SHA256.digest(of: $0) })
  }

  private static func lookup(
    _ used: [(path: TreePath, content: Digest)]
  ) -> (TreePath) -> Digest? {
    { path in used.first { $0.path == path }?.content }
  }

  /// What is known is not read: the content changes behind the stat record's back.
  @Test func whatIsKnownIsNotReadAgain() throws {
    let scratch = try Scratch("a", "d/b")
    let storage = MemoryStorage()
    let context = try Self.context(scratch, storage)
    let used = try Self.digests(context, "a", "d/b")
    #expect(try context.settle(Self.lookup(used)) != nil)
    #expect(storage.names(in: "") == ["a"] && storage.names(in: "d") == ["b"])
    let status = try #require(try scratch.status("a"))
    let lie = SHA256.digest(of: "a lie")
    storage.replace("", DigestRecord.encode([Array("a".utf8): DigestRecord(status, lie)]))
    #expect(try Self.digests(try Self.context(scratch, storage), "a")[0].content == lie)
  }

  @Test func damagedRecordsAreForgotten() throws {
    let scratch = try Scratch("a")
    let storage = MemoryStorage()
    storage.replace("", [1, 2, 3])
    let found = try Self.digests(try Self.context(scratch, storage), "a")
    #expect(found[0].content == SHA256.digest(of: "a"))
  }

  /// The same size and the same mtime, as some tools leave them: ctime tells.
  @Test func anEditThatHidesItsTimeIsSeen() throws {
    let scratch = try Scratch("a")
    let storage = MemoryStorage()
    let context = try Self.context(scratch, storage)
    let before = try context.settle(Self.lookup(Self.digests(context, "a")))
    let modified = try #require(try scratch.status("a")).modified
    var tries = 0
    repeat {
      try scratch.write("a", "b")
      scratch.setModified("a", modified)
      tries += 1
    } while try scratch.status("a") == context.tree().file("a")?.status
      && tries < 9_999
    #expect(try scratch.status("a")?.modified == modified)
    let again = try Self.context(scratch, storage)
    #expect(try Self.digests(again, "a")[0].content == SHA256.digest(of: "b"))
    #expect(try again.tree().fingerprint != before)
  }

  @Test(arguments: ["edit", "remove", "replace", "link", "directory"])
  func aFileThatChangesWhileItIsReadIsSeen(how: String) throws {
    let scratch = try Scratch("a", "other")
    let context = try Self.context(scratch, MemoryStorage())
    _ = try context.tree()
    switch how {
    case "edit": try scratch.write("a", "longer than before")
    case "replace": try FileTree.replace(scratch.path + "/a", with: [0x61])
    default: try FileTree.remove(scratch.path + "/a")
    }
    if how == "link" { try scratch.add("a>other") }
    if how == "directory" { try scratch.add("a/") }
    #expect(throws: ContextError.changedWhileReading(TreePath("a"))) {
      try Self.digests(context, "a")
    }
    context.walkAgain()
    if how == "edit" {
      #expect(try Self.digests(context, "a")[0].content == SHA256.digest(of: "longer than before"))
    }
  }

  @Test func aFileThatIsNotThereIsSaid() throws {
    let scratch = try Scratch("a")
    let context = try Self.context(scratch, MemoryStorage())
    #expect(throws: ContextError.changedWhileReading(TreePath("b"))) {
      try Self.digests(context, "b")
    }
  }

  @Test func widensItsWalk() throws {
    let scratch = try Scratch("a", "d/b")
    let context = try Self.context(scratch, MemoryStorage(), roots: [TreePath("d")])
    #expect(try context.tree().paths == ["d", "d/b"])
    #expect(!context.isWhole)
    context.widen()
    #expect(try context.tree().paths == ["a", "d", "d/b"])
    #expect(context.isWhole)
  }

  @Test func knowsNamesAndWhatIsIgnored() throws {
    let scratch = try Scratch("a", "d/b", "d/c.log", "d/e/f")
    let context = BuildContext(
      root: scratch.path, rules: try IgnoreRules(patterns: ["**/*.log"]), roots: [],
      clock: Self.quiet, storage: MemoryStorage())
    #expect(Set(context.names(in: TreePath("d"))) == ["d/b", "d/e"])
    #expect(context.names(in: TreePath("none")).isEmpty)
    #expect(context.ignores(TreePath("d/c.log")))
    #expect(!context.ignores(TreePath("d/none.log")) && !context.ignores(TreePath("d/b")))
  }
}

/// Files that changed in the moment of the walk, on clocks of a second and of two.
struct SettlingTests {
  private static func run(
    _ clock: CoarseClock, _ scratch: Scratch, _ storage: MemoryStorage,
    used names: [String] = ["a", "b"]
  ) throws -> StatFingerprint? {
    let context = BuildContext(
      root: scratch.path, rules: .none, roots: [.root], clock: clock, storage: storage)
    let paths = names.map { TreePath($0) }
    let contents = try context.digests(of: paths)
    let known = Dictionary(uniqueKeysWithValues: zip(paths, contents))
    return try context.settle { known[$0] }
  }

  @Test(arguments: [second, 2 * second])
  func areReadOnceMoreWhenItIsOver(granularity: FileTime) throws {
    let scratch = try Scratch("a", "b")
    let storage = MemoryStorage()
    let clock = CoarseClock(granularity: granularity)
    #expect(try Self.run(clock, scratch, storage) != nil)
    #expect(!clock.waited.isEmpty)
    #expect(storage.names(in: "") == ["a", "b"])
  }

  @Test func nothingIsWaitedForInQuietTimes() throws {
    let scratch = try Scratch("a", "b")
    let clock = CoarseClock(granularity: 2 * second, ahead: 60 * second)
    let storage = MemoryStorage()
    #expect(try Self.run(clock, scratch, storage) != nil)
    #expect(clock.waited.isEmpty)
    #expect(storage.names(in: "") == ["a", "b"])
  }

  /// Nobody remembers a racy file before it was read again.
  @Test func areNotRememberedBefore() throws {
    let scratch = try Scratch("a")
    let storage = MemoryStorage()
    let tree = try ContextWalker(root: scratch.path, rules: .none)
      .tree(clock: CoarseClock(granularity: second))
    let digests = ContentDigests(root: scratch.path, storage: storage)
    #expect(try digests.digests(of: tree.entries, in: tree) == [SHA256.digest(of: "a")])
    try digests.save()
    #expect(storage.names(in: "").isEmpty)
  }

  @Test(arguments: ["a", "b"])
  func anEditInThatMomentIsSeen(name: String) throws {
    let scratch = try Scratch("a", "b")
    let storage = MemoryStorage()
    let clock = CoarseClock(
      granularity: second, whileWaiting: { try scratch.write(name, "edited") })
    #expect(try Self.run(clock, scratch, storage) == nil)
    #expect(!storage.names(in: "").contains(name))
  }

  /// A time from the future is not waited for; what has just changed is all the same.
  @Test func aTimeFromTheFutureHidesNoOther() throws {
    let scratch = try Scratch("a", "b")
    scratch.setModified("a", SystemClock.now() + 86_400 * second)
    let clock = CoarseClock(granularity: second)
    #expect(try Self.run(clock, scratch, MemoryStorage()) != nil)
    #expect(!clock.waited.isEmpty)
  }

  @Test func linksAreLookedAtToo() throws {
    let scratch = try Scratch("a", "b", "l>a")
    let clock = CoarseClock(
      granularity: second,
      whileWaiting: {
        try FileTree.remove(scratch.path + "/l")
        try scratch.add("l>b")
      })
    #expect(try Self.run(clock, scratch, MemoryStorage()) == nil)
    #expect(try Self.run(CoarseClock(granularity: second), scratch, MemoryStorage()) != nil)
  }

  /// The real clock: a file touched on the same file system.
  @Test func theTouchedClockGoesOn() throws {
    let scratch = try Scratch("a")
    let clock = TouchedFileClock(directory: scratch.path)
    let changed = try #require(try scratch.status("a")).changed
    #expect(clock.now() >= changed)
    clock.waitUntil(after: changed, by: clock.granularity)
    #expect(clock.now() - changed >= clock.granularity)
    clock.waitUntil(after: clock.now() + 3_600 * second, by: clock.granularity)
    let unwritable = TouchedFileClock(directory: scratch.path + "/none")
    #expect(unwritable.now() > 0)
  }
}
