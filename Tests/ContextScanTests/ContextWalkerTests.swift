import FileSystem
import Glibc
import OCI
import Testing

@testable import ContextScan

struct ContextWalkerTests {
  private static func paths(
    _ scratch: Scratch, _ patterns: [String] = [], below roots: [String] = [""]
  ) throws -> [String] {
    let rules = try IgnoreRules(patterns: patterns)
    let walker = ContextWalker(root: scratch.path, rules: rules, below: roots.map { TreePath($0) })
    let tree = try walker.tree(clock: CoarseClock(granularity: 1))
    #expect(tree.entries.map(\.path) == tree.entries.map(\.path).sorted())
    #expect(try walker.fingerprint() == tree.fingerprint)
    return tree.paths
  }

  @Test(arguments: [
    ([], ["a", "a/b", "a/b/c", "a/d", "e", "l"]), (["a"], ["e", "l"]), (["*"], []),
    (["a/b"], ["a", "a/d", "e", "l"]), (["**/c", "l"], ["a", "a/b", "a/d", "e"]),
    // A directory that is left out is there when something in it is not.
    (["a", "!a/d"], ["a", "a/d", "e", "l"]), (["*", "!a/b/c"], ["a", "a/b", "a/b/c"]),
    (["a", "!a/none"], ["e", "l"]), (["*", "!a"], ["a", "a/b", "a/b/c", "a/d"]),
    (["a/b", "!a/b/c", "e"], ["a", "a/b", "a/b/c", "a/d", "l"]),
  ])
  func leavesOutWhatIsIgnored(patterns: [String], expected: [String]) throws {
    let scratch = try Scratch("a/b/c", "a/d", "e", "l>a")
    #expect(try Self.paths(scratch, patterns) == expected)
  }

  @Test(arguments: [
    (["a/b"], ["a/b", "a/b/c"]), (["e"], ["e"]), (["e", "a/d"], ["a/d", "e"]), (["none"], []),
    (["none/at/all"], []), (["e/x"], []), ([], []), (["a", "a/b"], ["a", "a/b", "a/b/c", "a/d"]),
    // Behind a link anything may be.
    (["l"], ["a", "a/b", "a/b/c", "a/d", "e", "l"]),
    (["l/d"], ["a", "a/b", "a/b/c", "a/d", "e", "l"]),
  ])
  func looksOnlyBelowItsRoots(roots: [String], expected: [String]) throws {
    let scratch = try Scratch("a/b/c", "a/d", "e", "l>a")
    #expect(try Self.paths(scratch, below: roots) == expected)
  }

  @Test(arguments: [
    (["a"], ["a"], []), (["a"], ["a/b"], []), (["a", "!a/b"], ["a"], ["a", "a/b", "a/b/c"]),
    (["a/d"], ["a/d", "e"], ["e"]),
  ])
  func rootsCanBeIgnored(patterns: [String], roots: [String], expected: [String]) throws {
    let scratch = try Scratch("a/b/c", "a/d", "e")
    #expect(try Self.paths(scratch, patterns, below: roots) == expected)
  }

  /// An ignored directory is not even opened.
  @Test func prunes() throws {
    let scratch = try Scratch("a/b", "secret/x")
    chmod(scratch.path + "/secret", 0)
    defer { chmod(scratch.path + "/secret", 0o700) }
    #expect(try Self.paths(scratch, ["secret"]) == ["a", "a/b"])
    try FileTree.remove(scratch.path + "/secret")
    try scratch.add("secret/\u{1}")
    #expect(symlinkat("x", AT_FDCWD, scratch.path + "/secret/l") == 0)
    #expect(try Self.paths(scratch, ["secret"]) == ["a", "a/b"])
  }

  @Test func followsNoLink() throws {
    let scratch = try Scratch("dir/a", "up>..", "self>.", "abs>/", "gone>nowhere")
    let tree = try ContextWalker(root: scratch.path, rules: .none)
      .tree(clock: CoarseClock(granularity: 1))
    #expect(tree.paths == ["abs", "dir", "dir/a", "gone", "self", "up"])
    #expect(tree.file("up")?.link == Array("..".utf8))
    #expect(tree.file("dir/a")?.link == [])
  }

  @Test func seesManyDirectories() throws {
    let scratch = try Scratch()
    for index in 0..<300 { try scratch.add("d\(index % 17)/e\(index)/f") }
    let tree = try ContextWalker(root: scratch.path, rules: .none)
      .tree(clock: CoarseClock(granularity: 1))
    #expect(tree.entries.count == 17 + 600)
    #expect(try ContextWalker(root: scratch.path, rules: .none).fingerprint() == tree.fingerprint)
  }

  @Test func failsWhenItCannotSee() throws {
    let missing = ContextWalker(root: "/nowhere/at/all", rules: .none)
    #expect(throws: FileError.self) { try missing.fingerprint() }
  }

  @Test func refusesNamesThatAreNoText() throws {
    let scratch = try Scratch("a")
    let bytes: [CChar] = (scratch.path + "/").utf8.map { CChar(bitPattern: $0) } + [-1, 0]
    close(creat(bytes, 0o644))
    #expect(throws: ContextError.unreadableName(directory: scratch.path)) {
      try ContextWalker(root: scratch.path, rules: .none).fingerprint()
    }
  }

  @Test func isWhatACopySees() throws {
    let scratch = try Scratch("f", "d/", "l>f")
    chmod(scratch.path + "/f", 0o640)
    chown(scratch.path + "/f", 5, 6)
    link(scratch.path + "/f", scratch.path + "/g")
    mkfifo(scratch.path + "/p", 0o644)
    let tree = try ContextWalker(root: scratch.path, rules: .none)
      .tree(clock: CoarseClock(granularity: 1))
    let file: LayerEntry? = tree.entry(at: TreePath("f"))
    #expect(file?.kind == .file && file?.permissions == 0o640 && file?.size == 1)
    #expect(file?.uid == 0 && file?.gid == 0 && file?.content == nil)
    let link: LayerEntry? = tree.entry(at: TreePath("l"))
    #expect(link?.kind == .symlink && link?.permissions == 0o777 && link?.link == [0x66])
    let pipe: LayerEntry? = tree.entry(at: TreePath("p"))
    #expect(pipe?.kind == .fifo)
    let root: LayerEntry? = tree.entry(at: .root)
    #expect(root?.kind == .directory)
    let identity = tree.linkIdentity(of: TreePath("f"))
    #expect(identity != nil && tree.linkIdentity(of: TreePath("g")) == identity)
    #expect(tree.linkIdentity(of: TreePath("l")) == nil)
    let inside: [LayerEntry] = tree.descendants(of: TreePath("d"))
    #expect(inside.isEmpty)
  }
}
