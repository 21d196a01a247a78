import FileSystem
import LayerArchive
import OCI
import Testing

/// Layers that want more than to be unpacked.
@Suite struct HostileLayerTests {
  struct Attack: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let error: ArchiveError?
    let build: @Sendable (inout TarBytes) -> Void

    init(
      _ what: String, _ error: ArchiveError? = nil,
      _ build: @escaping @Sendable (inout TarBytes) -> Void
    ) {
      testDescription = what
      self.error = error
      self.build = build
    }
  }

  private static func inside(_ path: String, _ parent: String) -> ArchiveError {
    .parentIsNoDirectory(TreePath(path), parent: TreePath(parent))
  }

  /// nil as error: it is harmless once its names are cleaned.
  static let attacks: [Attack] = [
    Attack("upwards") { $0.add("../../outside", content: [1]) },
    Attack("absolute") { $0.add("/outside", content: [1]) },
    Attack("a directory upwards") { $0.add("../outside", type: "5") },
    Attack("through a link", inside("x/outside", "x")) {
      $0.add("x", type: "2", link: "..")
      $0.add("x/outside", content: [1])
    },
    Attack("through an absolute link", inside("x/outside", "x")) {
      $0.add("x", type: "2", link: "/etc")
      $0.add("x/outside", content: [1])
    },
    Attack("through two links", inside("a/b/outside", "a/b")) {
      $0.add("a", type: "5")
      $0.add("a/b", type: "2", link: "../..")
      $0.add("a/b/outside", content: [1])
    },
    Attack("a directory that becomes a link", inside("a/outside", "a")) {
      $0.add("a", type: "5")
      $0.add("a/inside")
      $0.add("a", type: "2", link: "../")
      $0.add("a/outside", content: [1])
    },
    Attack("over a link") {
      $0.add("x", type: "2", link: "../outside")
      $0.add("x", content: [1])
    },
    Attack("a hard link upwards", .missingLinkTarget(TreePath("x"), target: TreePath("secret"))) {
      $0.add("x", type: "1", link: "../secret")
    },
    Attack(
      "a hard link through a link", .missingLinkTarget(TreePath("y"), target: TreePath("x/secret"))
    ) {
      $0.add("x", type: "2", link: "..")
      $0.add("y", type: "1", link: "x/secret")
    },
    Attack("a hard link to a link, written through") {
      $0.add("x", type: "2", link: "../outside")
      $0.add("y", type: "1", link: "x")
      $0.add("y", content: [1])
    },
    Attack(
      "a hard link to a directory",
      .invalidEntry(TreePath("y"), reason: "it is a hard link to a directory")
    ) {
      $0.add("x", type: "5")
      $0.add("y", type: "1", link: "x")
    },
    Attack("a hard link to itself", .missingLinkTarget(TreePath("x"), target: TreePath("x"))) {
      $0.add("x", type: "1", link: "x")
    },
    Attack("a whiteout of nothing", .reservedName(TreePath("a/.wh."))) { $0.add("a/.wh.") },
    Attack("a whiteout of the directory", .reservedName(TreePath("a/.wh.."))) { $0.add("a/.wh..") },
    Attack("a whiteout of the parent", .reservedName(TreePath("a/.wh..."))) { $0.add("a/.wh...") },
    Attack("inside a whiteout", .reservedName(TreePath(".wh.a/b"))) { $0.add(".wh.a/b") },
    Attack("a whiteout through a link", inside("x/y", "x")) {
      $0.add("x", type: "2", link: "..")
      $0.add("x/.wh.y")
    },
    Attack("an opaque mark through a link", inside("x/.wh..wh..opq", "x")) {
      $0.add("x", type: "2", link: "..")
      $0.add("x/.wh..wh..opq")
    },
    Attack("the root as a file", .invalidEntry(.root, reason: "the root must be a directory")) {
      $0.add(".", content: [1])
    },
    Attack("the root as a link", .invalidEntry(.root, reason: "the root must be a directory")) {
      $0.add("./", type: "2", link: "/etc")
    },
    Attack("inside a file", inside("a/b", "a")) {
      $0.add("a")
      $0.add("a/b")
    },
    Attack(
      "an owner that means none",
      .invalidEntry(TreePath("a"), reason: "its owner is no number that Linux knows")
    ) {
      $0.addRecords([("uid", Array("4294967295".utf8))])
      $0.add("a")
    },
    Attack("attributes of the overlay") {
      $0.addRecords([
        ("SCHILY.xattr.trusted.overlay.redirect", Array("/../../outside".utf8)),
        ("SCHILY.xattr.user.overlay.opaque", Array("y".utf8)),
      ])
      $0.add("a", type: "5")
    },
    Attack("a device that is a whiteout") { $0.add("a", type: "3") },
  ]

  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.makeDirectory("root/target")
    try bench.write("root/secret", "secret")
  }

  private var target: SnapshotTarget {
    SnapshotTarget(directory: bench("root/target"), form: .privileged)
  }

  @Test(.enabled(if: Workbench.isRoot, "only root can give files away"), arguments: attacks)
  func staysInside(attack: Attack) throws {
    var tar = TarBytes()
    attack.build(&tar)
    let bytes = tar.end()
    if let error = attack.error {
      #expect(throws: error) { try read(bytes, .layer, into: target) }
      #expect(throws: error) { try read(bytes, .layer) }
    } else {
      _ = try read(bytes, .layer, into: target)
    }
    #expect(try bench.shell("ls -A root") == "secret\ntarget\n")
    #expect(try bench.shell("stat -c '%h %s' root/secret") == "1 6\n")
    #expect(!FileTree.exists("/outside"))
    if attack.testDescription.contains("overlay") {
      let list = "python3 -c 'import os; print(os.listxattr(\"root/target/a\"))'"
      #expect(try bench.shell(list) == "[]\n")
      #expect(try read(bytes, .layer).index.entry(at: TreePath("a"))?.attributes == [])
    }
  }

  @Test(arguments: [(256, 1), (200, 30)]) func namesHaveALimit(length: Int, depth: Int) throws {
    let name = (0..<depth).map { _ in String(repeating: "n", count: length) }.joined(separator: "/")
    var tar = TarBytes()
    tar.addRecords([("path", Array(name.utf8))])
    tar.add("short")
    #expect(throws: ArchiveError.nameTooLong("/" + name)) { try read(tar.end(), .layer) }
  }

  @Test func sizesCannotBeNegativeOrEndless() throws {
    for size in ["7777777777777777777777", "-12"] {
      var tar = TarBytes()
      tar.addRecords([("size", Array(size.utf8))])
      tar.add("a", content: [1, 2, 3])
      #expect(throws: ArchiveError.self) { try read(tar.end(), .layer) }
    }
  }

  @Test func whatIsNoArchiveIsAnError() throws {
    #expect(throws: ArchiveError.self) { try read(Array("just some text\n".utf8), .layer) }
    let (_, bytes) = try pack([file("a", String(repeating: "x", count: 5000))])
    #expect(throws: ArchiveError.self) { try read(Array(bytes.dropLast(20))) }
    var tar = TarBytes()
    tar.add("a", content: [1], size: "00000010000")
    #expect(throws: ArchiveError.self) { try read(tar.bytes, .layer) }
  }

  @Test func compressedTwiceIsAnError() throws {
    let (_, bytes) = try pack([file("a")])
    try bench.write("a.gz", bytes)
    try bench.shell("gzip -c a.gz >b.gz")
    #expect(throws: ArchiveError.malformed(reason: "it is compressed more than once")) {
      try read(bench.read("b.gz"))
    }
  }

  @Test func bombsStopAtTheLimit() throws {
    let (_, bytes) = try pack([file("a", String(repeating: "0", count: 4 << 20))])
    var limits = ReadLimits()
    limits.alwaysAllowed = 1 << 20
    limits.ratio = 100
    #expect(throws: ArchiveError.tooLarge(limit: 1 << 20)) { try read(bytes, limits: limits) }
    limits.ratio = 2000
    #expect(throws: Never.self) { try read(bytes, limits: limits) }
    limits.metadata = 0
    #expect(throws: ArchiveError.tooLarge(limit: 0)) { try read(bytes, limits: limits) }
    limits.entries = 0
    #expect(throws: ArchiveError.tooLarge(limit: 0)) { try read(bytes, limits: limits) }
  }

  /// One name of four kilobytes is two thousand directories.
  @Test func impliedDirectoriesCount() throws {
    var tar = TarBytes()
    for number in 0..<3 {
      let name = "\(number)/" + String(repeating: "d/", count: 1000) + "f"
      tar.addRecords([("path", Array(name.utf8))])
      tar.add("short")
    }
    var limits = ReadLimits()
    limits.metadata = 2_500_000
    #expect(throws: ArchiveError.tooLarge(limit: 2_500_000)) {
      try read(tar.end(), .layer, limits: limits)
    }
    limits.metadata = 10_000_000
    #expect(try read(tar.end(), .layer, limits: limits).index.count == 3)
  }

  /// A hole costs nothing in the archive, but time to hash.
  @Test func holesCountAsWell() throws {
    var tar = TarBytes()
    tar.addRecords([
      ("GNU.sparse.major", Array("0".utf8)), ("GNU.sparse.minor", Array("1".utf8)),
      ("GNU.sparse.size", Array("1099511627776".utf8)), ("GNU.sparse.numblocks", Array("1".utf8)),
      ("GNU.sparse.map", Array("0,1".utf8)),
    ])
    tar.add("a", content: [1])
    #expect(throws: ArchiveError.tooLarge(limit: 1 << 30)) { try read(tar.end(), .layer) }
  }
}
