import Glibc
import TestSupport
import Testing

@testable import FileSystem

struct FileTreeTests {
  @Test func makesDirectories() throws {
    let scratch = try Scratch()
    try FileTree.makeDirectories(scratch("a/b/c"))
    try FileTree.makeDirectories(scratch("a/b/c/"))
    try FileTree.makeDirectories(scratch("a//x/"))
    #expect(try scratch.names("a") == ["b", "x"])
    symlink("a", scratch("l"))
    try FileTree.makeDirectories(scratch("l/d"))
    #expect(try scratch.names("a") == ["b", "d", "x"])
    try scratch.write("file", "")
    symlink("nowhere", scratch("gone"))
    for path in ["file", "file/x", "gone"] {
      #expect(throws: FileError.self) { try FileTree.makeDirectories(scratch(path)) }
    }
  }

  @Test func replacesAtOnce() throws {
    let scratch = try Scratch()
    try FileTree.replace(scratch("f"), with: [1], permissions: 0o600)
    try FileTree.replace(scratch("f"), with: [2, 3], permissions: 0o640, durable: true)
    #expect(try FileTree.read(scratch("f")) == [2, 3])
    #expect(try FileStatus.of(scratch("f"), followLink: false)?.permissions == 0o640)
    #expect(try scratch.names() == ["f"])
  }

  /// Whoever has the old file open keeps it; a link is replaced, and what it leads to is not.
  @Test func replacesTheNameAndNotTheFile() throws {
    let scratch = try Scratch()
    try scratch.write("f", "old")
    symlink("f", scratch("l"))
    let open = try File.open(scratch("f"))
    try scratch.write("f", "new")
    #expect(try open.readToEnd() == Array("old".utf8))
    try scratch.write("l", "other")
    #expect(try scratch.read("f") == "new")
    #expect(try FileStatus.of(scratch("l"), followLink: false)?.kind == .file)
  }

  @Test func leavesNothingWhenItFails() throws {
    let scratch = try Scratch()
    try FileTree.makeDirectories(scratch("d/x"))
    #expect(throws: FileError.self) { try FileTree.replace(scratch("d"), with: [1]) }
    #expect(throws: FileError.self) { try FileTree.replace(scratch("none/f"), with: [1]) }
    #expect(try scratch.names() == ["d"])
  }

  @Test func removesWhatIsThere() throws {
    let scratch = try Scratch()
    try scratch.write("keep/f", "1")
    try scratch.write("d/e/f", "1")
    symlink("../keep", scratch("d/link"))
    symlink("keep", scratch("l"))
    mkfifo(scratch("d/pipe"), 0o600)
    try FileTree.remove(scratch("d"))
    try FileTree.remove(scratch("l"))
    try FileTree.remove(scratch("none"))
    try FileTree.remove(scratch("none/at/all"))
    #expect(try scratch.names() == ["keep"])
    #expect(try scratch.read("keep/f") == "1")
    try FileTree.remove(scratch("keep/f"))
    #expect(try scratch.names("keep") == [])
  }

  @Test func removesWhatCannotBeEntered() throws {
    let scratch = try Scratch()
    try scratch.write("d/closed/f", "1")
    chmod(scratch("d/closed"), 0)
    chmod(scratch("d"), 0o500)
    try FileTree.remove(scratch("d"))
    #expect(try scratch.names() == [])
  }

  /// Names may be any bytes.
  @Test func removesOddNames() throws {
    let scratch = try Scratch()
    try FileTree.makeDirectories(scratch("d"))
    let names: [[UInt8]] = [
      [0xff, 0xfe], [0x0a], [0x20], Array("-rf".utf8), Array("...".utf8),
      [UInt8](repeating: 0xe9, count: 255),
    ]
    let directory = try Directory.open(scratch("d"))
    for name in names {
      #expect(withName(name, { mkdirat(directory.descriptor, $0, 0o700) }) == 0)
      let inner = try directory.open(name)
      #expect(withName(name, { mknodat(inner.descriptor, $0, S_IFREG | 0o600, 0) }) == 0)
    }
    #expect(Set(try directory.entries().map(\.name)) == Set(names))
    try FileTree.remove(scratch("d"))
    #expect(!FileTree.exists(scratch("d")))
  }

  /// Deeper than descriptors can be open and than a path can be long.
  @Test func removesDeepTrees() throws {
    let scratch = try Scratch()
    try FileTree.makeDirectories(scratch("d/side"))
    var at = open(scratch("d"), O_RDONLY | O_DIRECTORY)
    for level in 0..<3_000 {
      mkdirat(at, "x", level % 100 == 99 ? 0o500 : 0o700)
      let next = openat(at, "x", O_RDONLY | O_DIRECTORY)
      if level % 10 == 0 { mknodat(at, "file", S_IFREG | 0o600, 0) }
      close(at)
      at = next
      try #require(at >= 0)
      fchmod(at, 0o700)
    }
    close(at)
    try FileTree.remove(scratch("d"))
    #expect(try scratch.names() == [])
  }

  @Test func readsOrSaysThatNothingIsThere() throws {
    let scratch = try Scratch()
    try scratch.write("f", "x")
    #expect(try FileTree.readIfPresent(scratch("f")) == [0x78])
    #expect(try FileTree.readIfPresent(scratch("g")) == nil)
    #expect(try FileTree.readIfPresent(scratch("f/g")) == nil)
    #expect(throws: FileError.self) { try FileTree.readIfPresent(scratch.path) }
    #expect(throws: FileError("open", scratch("g"), errno: ENOENT)) {
      try FileTree.read(scratch("g"))
    }
    #expect(try FileTree.read("/proc/self/stat").isEmpty == false)
  }

  @Test func followsAndReadsLinks() throws {
    let scratch = try Scratch()
    try scratch.write("d/f", "")
    symlink("d/../d", scratch("l"))
    #expect(try FileTree.linkTarget(of: scratch("l")) == Array("d/../d".utf8))
    #expect(
      try FileTree.canonicalPath(scratch("l/f")) == FileTree.canonicalPath(scratch.path) + "/d/f")
    #expect(throws: FileError.self) { try FileTree.linkTarget(of: scratch("d")) }
    #expect(throws: FileError.self) { try FileTree.canonicalPath(scratch("none")) }
  }

  @Test(arguments: [
    ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("a/b", "a", "b"), ("/", "/", ""),
    ("/é/ü", "/é", "ü"),
  ])
  func splitsPaths(path: String, parent: String, last: String) {
    #expect(FileTree.parentPath(of: path) == parent)
    #expect(FileTree.lastComponent(of: path) == last)
  }
}
