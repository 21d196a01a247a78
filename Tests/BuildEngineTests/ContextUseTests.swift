import BuildPlan
import ContextScan
import Diagnostics
import DockerfileSyntax
import FileSystem
import Glibc
import OCI
import Testing

@testable import BuildEngine

/// Which files of a context a Dockerfile means.
struct ContextUseTests {
  /// Forgets everything, and is asked for anything.
  private struct NoStorage: DigestStorage {
    func records(of directory: [UInt8]) throws -> [UInt8]? { nil }
    func set(_ changed: [[UInt8]: [UInt8]]) throws {}
  }

  private final class Scratch: Sendable {
    let path: String

    init(_ files: String...) throws {
      let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
      var template = Array("\(parent)/runctl-use-XXXXXX".utf8CString)
      guard let made = mkdtemp(&template) else { throw FileError("make a directory in", parent) }
      path = String(cString: made)
      for file in files {
        let parts = file.split(separator: ">").map(String.init)
        try FileTree.makeDirectories(FileTree.parentPath(of: path + "/" + parts[0]))
        if parts.count == 2 {
          symlink(parts[1], path + "/" + parts[0])
        } else {
          try write(file, file)
        }
      }
    }

    deinit { try? FileTree.remove(path) }

    func write(_ name: String, _ text: String) throws {
      try FileTree.replace(path + "/" + name, with: Array(text.utf8))
    }

    func use(_ instructions: String, ignoring patterns: [String] = []) throws -> ContextUse {
      let source = SourceFile(name: "Dockerfile", text: "FROM scratch\n" + instructions)
      let planner = try Planner(Dockerfile.parse(source).0, BuildRequest())
      let plan = try planner.plan(with: [:])
      let context = BuildContext(
        root: path, rules: try IgnoreRules(patterns: patterns), roots: plan.contextRoots,
        clock: TouchedFileClock(directory: path + "/none"), storage: NoStorage())
      return try ContextUse.of(plan, in: context)
    }
  }

  private static func files() throws -> Scratch {
    try Scratch(
      "a.py", "b.py", "c.txt", "d/e.py", "d/f/g.txt", "out.txt", "l>a.py", "ld>d", "gone>x")
  }

  @Test(arguments: [
    ("COPY a.py /", ["a.py"]), ("COPY *.py /x/", ["a.py", "b.py"]),
    ("COPY d /x", ["d", "d/e.py", "d/f", "d/f/g.txt"]), ("COPY a.py c.txt /x/", ["a.py", "c.txt"]),
    ("COPY d/f/ /x\nCOPY a.py /", ["a.py", "d/f", "d/f/g.txt"]), ("RUN x", []),
    // What a link leads to.
    ("COPY l /x", ["a.py", "l"]), ("COPY ld/f /x", ["d/f", "d/f/g.txt", "ld"]),
    (
      "COPY ld /x",
      ["d", "d/e.py", "d/f", "d/f/g.txt", "ld"]
    ),
    ("COPY none* a.py /x/", ["a.py"]), ("COPY <<E /x\ntext\nE", []),
    ("COPY --exclude=*.py d /x", ["d", "d/f", "d/f/g.txt"]),
    ("COPY --exclude=**/*.txt --exclude=e.py d /x", ["d", "d/f"]),
    ("COPY /../d/./e.py /", ["d/e.py"]),
  ])
  func isWhatIsCopied(text: String, expected: [String]) throws {
    let scratch = try Self.files()
    let use = try scratch.use(text)
    #expect(use.files.entries.map(\.path) == expected.map { TreePath($0) })
    for case (let path, let content?) in use.files.entries.map({ ($0.path, $0.content) }) {
      #expect(content == SHA256.digest(of: String(decoding: path.bytes, as: UTF8.self)))
    }
  }

  @Test func everythingIsEverything() throws {
    let scratch = try Self.files()
    let use = try scratch.use("COPY . /", ignoring: ["d", "*.txt"])
    let names = use.files.entries.map { String(decoding: $0.path.bytes, as: UTF8.self) }
    #expect(names == ["a.py", "b.py", "gone", "l", "ld"])
  }

  /// Other files may change as they like.
  @Test func theDigestIsOfWhatIsCopied() throws {
    let scratch = try Self.files()
    let text = "COPY d a.py /x/"
    let before = try scratch.use(text).digest
    try scratch.write("out.txt", "changed")
    try scratch.write("new.txt", "new")
    #expect(try scratch.use(text).digest == before)
    try scratch.write("d/f/g.txt", "changed")
    let edited = try scratch.use(text).digest
    #expect(edited != before)
    chmod(scratch.path + "/a.py", 0o755)
    let changed = try scratch.use(text).digest
    #expect(changed != edited)
    try scratch.write("d/new", "")
    #expect(try scratch.use(text).digest != changed)
  }

  @Test(arguments: [
    ("COPY missing /", "missing", nil, false), ("COPY a.pi /", "a.pi", "a.py", false),
    ("COPY d/e.pyy /", "d/e.pyy", "d/e.py", false), ("COPY secret /", "secret", nil, true),
    ("COPY gone /", "gone", nil, false), ("COPY a.py/x /", "a.py/x", nil, false),
  ])
  func whatIsMissingIsSaid(
    text: String, pattern: String, nearest: String?, isIgnored: Bool
  ) throws {
    let scratch = try Self.files()
    try scratch.write("secret", "")
    let failure = #expect(throws: StepFailure.self) {
      try scratch.use(text, ignoring: ["secret"])
    }
    #expect(
      failure?.cause as? BuildError
        == .sourceNotFound(
          pattern: pattern, inContext: true, nearest: nearest, isIgnored: isIgnored))
    let span = try #require(failure?.diagnostic.span)
    #expect(span.file.text(in: span.range) == pattern)
    #expect(failure?.diagnostic.id == "source-not-found")
    #expect(failure?.instruction == text)
  }

  @Test func whatIsNoPatternIsSaid() throws {
    let scratch = try Self.files()
    let failure = #expect(throws: StepFailure.self) { try scratch.use("COPY a[ /") }
    #expect(failure?.cause as? BuildError == .invalidPattern("a["))
    #expect(failure?.diagnostic.id == "invalid-pattern")
  }

  @Test func linksThatLeadToEachOtherAreSaid() throws {
    let scratch = try Scratch("one>two", "two>one")
    let failure = #expect(throws: StepFailure.self) { try scratch.use("COPY one /") }
    #expect(failure?.diagnostic.id == "too-many-links")
  }

  /// A mount of the context needs what a COPY of the same path would take.
  @Test(arguments: [
    ("RUN --mount=source=d,target=/x y", "COPY d /x"), ("RUN --mount=target=/x y", "COPY . /x"),
    ("RUN --mount=source=a.py,target=/x y", "COPY a.py /x"),
    ("RUN --mount=source=l,target=/x y", "COPY l /x"),
    ("RUN --mount=source=ld,target=/x y", "COPY ld /x"),
    ("RUN --mount=source=../d/./f/,target=/x y", "COPY d/f /x"),
  ])
  func mountsUseWhatACopyUses(mount: String, copy: String) throws {
    let scratch = try Self.files()
    let mounted = try scratch.use(mount, ignoring: ["*.txt"])
    #expect(mounted.digest == (try scratch.use(copy, ignoring: ["*.txt"])).digest)
    #expect(!mounted.files.entries.isEmpty || copy.contains("d/f"))
    #expect(try scratch.use("RUN --mount=type=cache,source=d,target=/x y").files.entries.isEmpty)
  }
}
