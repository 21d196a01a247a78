import LayerArchive
import OCI
import TestSupport
import Testing

@Suite struct LayerReaderTests {
  /// A tree of everything that a layer can have, by chance but the same for a seed.
  private static func tree(seed: UInt64) -> [Item] {
    var generator = SeededGenerator(seed: seed)
    var items = [directory("", permissions: 0o750)]
    var directories = [""]
    var files: [String] = []
    for number in 0..<120 {
      let parent = directories.randomElement(using: &generator) ?? ""
      let pad = String(repeating: "é-long", count: number % 34)
      let path = (parent.isEmpty ? "" : parent + "/") + "n\(number)\(pad)"
      switch Int.random(in: 0..<9, using: &generator) {
      case 0...2:
        let text = String(
          repeating: "\(number)", count: Int.random(in: 0...40_000, using: &generator))
        items.append(
          file(
            path, text, permissions: UInt16.random(in: 0...0o7777, using: &generator),
            uid: [0, 1000, 2_097_152, 4_000_000_000].randomElement(using: &generator) ?? 0,
            attributes: number % 3 == 0 ? [("user.a", "1\n2\u{0}3"), ("user.b", "")] : []))
        files.append(path)
      case 3, 4:
        items.append(directory(path, permissions: 0o2775, isOpaque: number % 5 == 0))
        directories.append(path)
      case 5: items.append(symlink(path, to: String(repeating: "../x", count: number + 1)))
      case 6: items.append(whiteout(path))
      case 7:
        var entry = LayerEntry(path: TreePath(path), kind: .blockDevice, permissions: 0o660)
        entry.deviceMajor = 8
        entry.deviceMinor = UInt32(number)
        items.append((entry, []))
      default: items.append((LayerEntry(path: TreePath(path), kind: .fifo, permissions: 0o600), []))
      }
    }
    items.sort { $0.entry.path < $1.entry.path }
    return withLinks(items, to: files)
  }

  private static func withLinks(_ items: [Item], to files: [String]) -> [Item] {
    var all = items
    for name in files.prefix(5) { all.append(link("zz-\(all.count)", to: name)) }
    return all.sorted { $0.entry.path < $1.entry.path }
  }

  @Test(arguments: 1...12) func readsWhatWasWritten(seed: UInt64) throws {
    let items = Self.tree(seed: seed)
    let (layer, bytes) = try pack(items)
    let found = try read(bytes)
    #expect(found.diffID == layer.diffID)
    // Inside an opaque directory nothing needs removing: those whiteouts are dropped.
    let opaque = items.filter(\.entry.isOpaque).map(\.entry.path)
    let expected = layer.index.entries.filter { entry in
      entry.kind != .whiteout || !entry.path.ancestors.contains { opaque.contains($0) }
    }
    #expect(found.index.entries == expected)
  }

  @Test func smallReadsMakeNoDifference() throws {
    let (layer, bytes) = try pack(Self.tree(seed: 3))
    let found = try LayerReader.read(
      MemoryReader(bytes: bytes, step: 1000), mediaType: .layerGzip,
      expectedDiffID: layer.diffID, base: RootTree(layers: []))
    #expect(found.diffID == layer.diffID)
  }

  @Test func anotherDiffIDIsAnError() throws {
    let (layer, bytes) = try pack([file("a", "x")])
    let other = SHA256.digest(of: "other")
    #expect(throws: ArchiveError.diffIDMismatch(expected: other, actual: layer.diffID)) {
      try LayerReader.read(
        MemoryReader(bytes: bytes), mediaType: .layerGzip, expectedDiffID: other,
        base: RootTree(layers: []))
    }
  }

  @Test(.enabled(if: Workbench.has("zstd --version"), "needs zstd"))
  func compressionDoesNotMatter() throws {
    let bench = try Workbench()
    let (layer, bytes) = try pack(Self.tree(seed: 5))
    try bench.write("layer.gz", bytes)
    try bench.shell("gzip -dk layer.gz && zstd -q layer -o layer.zst")
    for (name, type) in [("layer", MediaType.layer), ("layer.zst", .layerZstd)] {
      let found = try read(bench.read(name), type)
      #expect(found.diffID == layer.diffID)
      #expect(try read(bytes).index == found.index)
    }
    #expect(throws: ArchiveError.unsupportedMediaType(.imageConfig)) {
      try read(bytes, .imageConfig)
    }
  }

  @Test func anEmptyBlobIsAnEmptyLayer() throws {
    #expect(try read([], .layer).index == .empty)
    #expect(try read([UInt8](repeating: 0, count: 10240), .layer).index == .empty)
  }

  // What one layer says in several entries: names in the archive's order, what it comes to.
  static let meanings: [(String, [(String, Character)], [Item])] = [
    (
      "a directory in the place of a removed one", [(".wh.a", "0"), ("a", "5")],
      [directory("a", isOpaque: true)]
    ),
    (
      "the same, the other way round", [("a", "5"), (".wh.a", "0")],
      [directory("a", isOpaque: true)]
    ),
    ("a file in the place of something removed", [(".wh.a", "0"), ("a", "0")], [file("a")]),
    ("the same, the other way round", [("a", "0"), (".wh.a", "0")], [file("a")]),
    (
      "a removed name, used for what has no entry", [(".wh.a", "0"), ("a/b", "0")],
      [directory("a", isOpaque: true), file("a/b")]
    ),
    (
      "an opaque mark before the directory", [("a/.wh..wh..opq", "0"), ("a", "5")],
      [directory("a", isOpaque: true)]
    ),
    (
      "whiteouts in an opaque directory", [("a", "5"), ("a/.wh..wh..opq", "0"), ("a/.wh.b", "0")],
      [directory("a", isOpaque: true)]
    ),
    (
      "an opaque mark without a directory", [("a/.wh..wh..opq", "0")],
      [directory("a", isOpaque: true)]
    ),
    (
      "records of an older format", [(".wh..wh.plnk/1.2", "0"), (".wh..wh.aufs", "0"), ("a", "0")],
      [file("a")]
    ),
    ("a file in the place of a directory", [("a", "5"), ("a/b", "0"), ("a", "0")], [file("a")]),
    (
      "and a directory again", [("a", "5"), ("a/b", "0"), ("a", "0"), ("a", "5"), ("a/c", "0")],
      [directory("a"), file("a/c")]
    ),
    (
      "names to be cleaned", [("./a/", "5"), ("/a//b", "0"), ("a/../../c", "0"), ("./", "5")],
      [directory(""), directory("a"), file("a/b"), file("c")]
    ),
  ]

  @Test(arguments: meanings)
  func means(what: String, entries: [(String, Character)], expected: [Item]) throws {
    var tar = TarBytes()
    for (name, type) in entries {
      tar.add(name, type: type, mode: type == "5" ? "0000755" : "0000644")
    }
    #expect(try read(tar.end(), .layer).index.entries == expected.map(\.entry), "\(what)")
  }

  @Test func hardLinksLeadToTheFirstName() throws {
    var tar = TarBytes()
    tar.add("z", content: Array("abc".utf8))
    tar.add("a", type: "1", link: "z")
    tar.add("m", type: "1", link: "./a")
    let index = try read(tar.end(), .layer).index
    #expect(index.entry(at: TreePath("a"))?.kind == .file)
    for name in ["m", "z"] {
      let entry = try #require(index.entry(at: TreePath(name)))
      #expect(entry.kind == .hardLink && entry.link == Array("a".utf8) && entry.size == 3)
    }
  }

  @Test func hardLinksMayLeadBelow() throws {
    var tar = TarBytes()
    tar.add("b", type: "1", link: "a")
    let base = LayerIndex([file("a", "abc", uid: 5)])
    let entry = try #require(
      try read(tar.end(), .layer, over: [base]).index.entry(at: TreePath("b")))
    #expect(entry.kind == .hardLink && entry.link == Array("a".utf8) && entry.uid == 5)
    #expect(entry.content == SHA256.digest(of: "abc"))
  }

  @Test func anImpliedDirectoryReplacesALinkBelow() throws {
    var tar = TarBytes()
    tar.add("lib/x")
    let below = [LayerIndex([symlink("lib", to: "usr/lib")])]
    let index = try read(tar.end(), .layer, over: below).index
    #expect(index.entry(at: TreePath("lib")) == directory("lib").entry)
    #expect(try read(tar.end(), .layer).index.entry(at: TreePath("lib")) == nil)
  }

  @Test func anOpaqueRootHidesEachName() throws {
    var tar = TarBytes()
    tar.add(".wh..wh..opq")
    tar.add("b", type: "5", mode: "0000755")
    let below = [LayerIndex([file("a"), directory("b"), file("b/c")])]
    let index = try read(tar.end(), .layer, over: below).index
    #expect(index.entry(at: TreePath("a"))?.kind == .whiteout)
    let tree = RootTree(layers: below + [index])
    #expect(tree.descendants(of: .root).map(\.path) == [TreePath("b")])
  }
}
