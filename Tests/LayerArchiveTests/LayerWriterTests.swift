import Glibc
import LayerArchive
import OCI
import TestSupport
import Testing

@Suite struct LayerWriterTests {
  private static func text(_ size: Int, seed: UInt64) -> String {
    var generator = SeededGenerator(seed: seed)
    let words = ["alpha ", "beta ", "gamma ", "delta\n", "0x1f ", "layer "]
    var text = ""
    while text.utf8.count < size { text += words.randomElement(using: &generator) ?? "" }
    return String(text.prefix(size))
  }

  /// Files of all sizes around the limits of members.
  private static let tree: [Item] = {
    var items = [directory("data")]
    let sizes = [0, 1, 511, 512, 513, 70_000, 600_000, 1 << 20, (1 << 20) + 1, 2_500_000]
    for (index, size) in sizes.enumerated() {
      items.append(file("data/big\(index)", text(size, seed: UInt64(index))))
    }
    items.append(directory("src"))
    for index in 0..<300 {
      let name = String(repeating: "0", count: 3 - String(index).count) + String(index)
      items.append(file("src/\(name).py", text(index * 31 % 9000, seed: UInt64(1000 + index))))
    }
    return items
  }()

  @Test(arguments: [1, 2, 3, 8]) func bytesDoNotDependOnWorkers(workers: Int) throws {
    let (one, bytes) = try pack(Self.tree, workers: 1)
    let (other, otherBytes) = try pack(Self.tree, workers: workers)
    #expect(bytes == otherBytes)
    #expect(one.diffID == other.diffID && one.members == other.members)
    #expect(other.descriptor.digest == SHA256.digest(of: bytes))
    #expect(other.descriptor.size == Int64(bytes.count))
  }

  /// Format version 1: who changes this digest changes every layer that exists.
  @Test func streamIsTheSameForEver() throws {
    let items = [
      directory(""), directory("a", permissions: 0o1777), file("a/b", "text", uid: 3_000_000),
      symlink("a/c", to: "b"), link("a/d", to: "a/b"), whiteout("a/e"),
    ]
    let expected = "sha256:60756c3fb2d31105418a85771d9d717c6ca3b7d56b339dee90d414e1446c376a"
    #expect(try pack(items).layer.diffID.description == expected)
  }

  @Test func membersFillTheBlob() throws {
    let (layer, bytes) = try pack(Self.tree)
    var end: Int64 = 0
    for member in layer.members {
      #expect(member.offset == end)
      end += member.length
    }
    #expect(end == Int64(bytes.count) && layer.members.count > 10)
  }

  @Test func reuseGivesTheSameBytes() throws {
    let (layer, bytes) = try pack(Self.tree)
    let memory = MemberMemory(of: layer, in: bytes)
    #expect(try pack(Self.tree, reusing: memory).bytes == bytes)
    #expect(memory.useCount == layer.members.count)
  }

  @Test func anEditChangesFewMembers() throws {
    let (layer, bytes) = try pack(Self.tree)
    var edited = Self.tree
    edited[100] = file("\(Self.tree[100].entry.path)", "an edit")
    edited.insert(file("src/150a.py", "a new file"), at: 163)
    let memory = MemberMemory(of: layer, in: bytes)
    let again = try pack(edited, reusing: memory)
    #expect(try pack(edited).bytes == again.bytes)
    #expect(again.layer.members.count - memory.useCount <= 4)
  }

  @Test func damagedMembersAreNotUsed() throws {
    let (layer, bytes) = try pack(Self.tree)
    var damaged: [Digest: [UInt8]] = [:]
    for (index, member) in layer.members.enumerated() {
      var copy = Array(bytes[Int(member.offset)..<Int(member.offset + member.length)])
      switch index % 3 {
      case 0: copy[copy.count - 7] ^= 1
      case 1: copy[3] = 8
      default: copy = []
      }
      damaged[member.key] = copy
    }
    #expect(try pack(Self.tree, reusing: MemberMemory(damaged)).bytes == bytes)
  }

  @Test func missingDigestsAreFilledIn() throws {
    let blob = MemoryBlob()
    let writer = LayerWriter(into: blob)
    var entry = LayerEntry(path: TreePath("f"), kind: .file, permissions: 0o600)
    entry.size = 3
    try writer.append(entry, content: .bytes(Array("abc".utf8)))
    let layer = try writer.finish()
    #expect(layer.index.entry(at: TreePath("f"))?.content == SHA256.digest(of: "abc"))
    #expect(blob.isCommitted)
  }

  @Test func hardLinksCarryTheirTarget() throws {
    let (layer, _) = try pack([
      file("a", "abc", uid: 7, attributes: [("user.k", "v")]), link("b", to: "a"),
    ])
    let found = try #require(layer.index.entry(at: TreePath("b")))
    #expect(found.kind == .hardLink && found.link == Array("a".utf8))
    #expect(found.size == 3 && found.uid == 7 && found.attributes.count == 1)
    #expect(found.content == SHA256.digest(of: "abc"))
  }

  static let refused: [([Item], ArchiveError)] = [
    ([file("b"), file("a")], .outOfOrder(TreePath("a"), after: TreePath("b"))),
    ([file("a"), file("a")], .outOfOrder(TreePath("a"), after: TreePath("a"))),
    ([file("a/b")], .missingParent(TreePath("a/b"))),
    ([file("a"), file("a/b")], .missingParent(TreePath("a/b"))),
    ([file(".wh.a")], .reservedName(TreePath(".wh.a"))),
    ([whiteout(".wh.a")], .reservedName(TreePath(".wh.a"))),
    ([link("a", to: "b")], .missingLinkTarget(TreePath("a"), target: TreePath("b"))),
    (
      [file("a", attributes: [("user.a=b", "")])],
      .unsupportedAttribute(TreePath("a"), name: "user.a=b")
    ),
  ]

  @Test(arguments: refused) func refuses(items: [Item], error: ArchiveError) {
    #expect(throws: error) { try pack(items) }
  }

  @Test func afterAnErrorThereIsNoLayer() throws {
    let blob = MemoryBlob()
    let writer = LayerWriter(into: blob)
    #expect(throws: ArchiveError.self) { try writer.append(file(".wh.x").entry) }
    #expect(throws: ArchiveError.writerFailed) { try writer.append(file("y").entry) }
    #expect(throws: ArchiveError.writerFailed) { try writer.finish() }
    #expect(!blob.isCommitted)
  }
}

@Suite struct ContentTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  private func append(_ size: Int64, digest: Digest? = nil, _ content: FileContent) throws {
    let writer = LayerWriter(into: MemoryBlob())
    var entry = LayerEntry(path: TreePath("f"), kind: .file, permissions: 0o644)
    entry.size = size
    entry.content = digest
    try writer.append(entry, content: content)
  }

  @Test(arguments: [0, 2, 4, 1 << 20, 3 << 20]) func anotherSizeIsAChange(size: Int64) throws {
    let path = try bench.write("f", "abc")
    #expect(throws: ArchiveError.contentChanged(TreePath("f"))) {
      try append(size, .file(path: path))
    }
    #expect(throws: ArchiveError.contentChanged(TreePath("f"))) {
      try append(size, .bytes([1, 2, 3]))
    }
    #expect(throws: ArchiveError.contentChanged(TreePath("f"))) {
      try append(size, .reader { offset, _ in offset < 3 ? 1 : 0 })
    }
  }

  @Test func otherBytesAreAChange() throws {
    let path = try bench.write("f", "abc")
    try append(3, digest: SHA256.digest(of: "abc"), .file(path: path))
    #expect(throws: ArchiveError.contentChanged(TreePath("f"))) {
      try append(3, digest: SHA256.digest(of: "abd"), .file(path: path))
    }
  }

  @Test func whatIsNoFileAnyMoreIsAChange() throws {
    try bench.shell("mkfifo pipe; mkdir dir; ln -s /etc/passwd link")
    for name in ["pipe", "dir", "link", "gone", "link/x"] {
      #expect(throws: ArchiveError.contentChanged(TreePath("f"))) {
        try append(0, .file(path: bench(name)))
      }
    }
  }

  @Test func readsFromAnOpenDirectory() throws {
    try bench.write("f", "abc")
    let descriptor = open(bench.path, O_RDONLY)
    defer { close(descriptor) }
    try append(
      3, digest: SHA256.digest(of: "abc"), .fileAt(directory: descriptor, name: Array("f".utf8)))
  }
}
