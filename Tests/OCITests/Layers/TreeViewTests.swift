import OCI
import Testing

struct TreeViewTests {
  private static let tree = RootTree(
    stack: [
      entries(
        "d usr", "d usr/lib", "f usr/lib/x", "l lib>usr/lib", "l abs>/usr", "l up>../../usr/lib",
        "d home", "l home/out>../../../../usr/./lib//x", "l gone>nowhere/at/all", "l loop>loop",
        "l one>two", "l two>one", "l empty>", "f file", "l dots>usr/lib/..", "l slash>usr/")
    ])

  @Test(arguments: [
    ("usr/lib/x", "usr/lib/x", LayerEntry.Kind.file), ("lib/x", "usr/lib/x", .file),
    ("abs/lib/x", "usr/lib/x", .file), ("up/x", "usr/lib/x", .file),
    ("home/out", "usr/lib/x", .file), ("lib", "usr/lib", .directory), ("", "", .directory),
    ("dots", "usr", .directory), ("slash", "usr", .directory), ("empty", "", .directory),
    ("gone", "nowhere/at/all", nil), ("gone/x", "nowhere/at/all/x", nil),
    ("lib/new/y", "usr/lib/new/y", nil), ("file/x", "file/x", nil),
  ])
  func followsLinks(path: String, expected: String, kind: LayerEntry.Kind?) throws {
    let found = try Self.tree.resolve(TreePath(path))
    #expect(found.path == TreePath(expected))
    #expect(found.entry?.kind == kind)
  }

  @Test func leavesTheLastOneIfAsked() throws {
    let found = try Self.tree.resolve(TreePath("home/out"), followLast: false)
    #expect(found.path == TreePath("home/out"))
    #expect(
      try Self.tree.resolve(TreePath("lib/x"), followLast: false).path == TreePath("usr/lib/x"))
  }

  @Test(arguments: ["loop", "one", "two/x"])
  func endsInALoop(path: String) {
    #expect(throws: ResolutionError.tooManyLinks(TreePath(path))) {
      try Self.tree.resolve(TreePath(path))
    }
  }

  @Test func followsAsManyLinksAsTheKernel() throws {
    func chain(_ length: Int) -> RootTree {
      RootTree(
        stack: [
          (0..<length).flatMap { entries("l l\($0)>" + ($0 + 1 == length ? "end" : "l\($0 + 1)")) }
        ])
    }
    #expect(try chain(40).resolve(TreePath("l0")).path == TreePath("end"))
    #expect(throws: ResolutionError.self) { try chain(41).resolve(TreePath("l0")) }
  }
}

struct TreeDigestTests {
  @Test func everyFieldMatters() {
    let base = entries("f a=1")[0]
    var variants = [base]
    func add(_ change: (inout LayerEntry) -> Void) {
      var changed = base
      change(&changed)
      variants.append(changed)
    }
    add { $0.path = TreePath("b") }
    add { $0.permissions = 0o755 }
    add { $0.uid = 1 }
    add { $0.gid = 1 }
    add { $0.content = SHA256.digest(of: "2") }
    add { $0.size = 2 }
    add { $0.attributes = [.init(name: "user.a", value: [1])] }
    add { $0.attributes = [.init(name: "user.a", value: [2])] }
    add { $0.attributes = [.init(name: "user.b", value: [1])] }
    add { ($0.kind, $0.content) = (.symlink, nil) }
    add { ($0.kind, $0.content, $0.link) = (.symlink, nil, [0x61]) }
    add { ($0.kind, $0.content, $0.link) = (.hardLink, nil, [0x61]) }
    add { ($0.kind, $0.content, $0.deviceMajor) = (.characterDevice, nil, 1) }
    add { ($0.kind, $0.content, $0.deviceMinor) = (.characterDevice, nil, 1) }
    add { ($0.kind, $0.content) = (.directory, nil) }
    add { ($0.kind, $0.content, $0.isOpaque) = (.directory, nil, true) }
    let digests = variants.map { TreeDigest.digest(of: [$0]) }
    #expect(Set(digests).count == variants.count)
  }

  /// Two entries never share bytes, however names and links are cut.
  @Test func partsDoNotRunTogether() {
    let cuts = [
      entries("f a", "f b"), entries("f a"), entries("f ab"), entries("l a>b"), entries("l ab>"),
      [],
    ]
    #expect(Set(cuts.map { TreeDigest.digest(of: $0) }).count == cuts.count)
  }

  /// Part of every key: another value would rebuild everything for everybody.
  @Test func staysWhatItIs() {
    #expect(
      TreeDigest.digest(of: entries("d a", "f a/b=1", "l c>a")).short == "ba567a00167a")
  }
}

struct ChainIDTests {
  @Test func isThatOfTheSpecification() {
    let a = SHA256.digest(of: "a")
    let b = SHA256.digest(of: "b")
    #expect(ChainID.of([]) == nil)
    #expect(ChainID.of([a]) == a)
    #expect(ChainID.of([a, b]) == SHA256.digest(of: "\(a) \(b)"))
    #expect(ChainID.of([b, a]) != ChainID.of([a, b]))
    #expect(ChainID.appending(a, to: ChainID.of([a, b])) == ChainID.of([a, b, a]))
  }
}
