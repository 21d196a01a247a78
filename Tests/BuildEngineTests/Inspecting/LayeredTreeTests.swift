import OCI
import TestSupport
import Testing

@testable import BuildEngine

struct LayeredTreeTests {
  private static func tree(_ layers: [LayerEntry]...) -> LayeredTree {
    LayeredTree(layers.map { LayerIndex($0) })
  }

  /// `path layer bytes`, and `> layer` where a later one hides it.
  private static func listing(_ tree: LayeredTree) -> [String] {
    tree.items.filter { $0.entry.kind != .directory }.map { item in
      "\(item.entry.path) \(item.layer) \(item.bytes)"
        + (item.end.map { " > \($0.layer)" + ($0.replacement == nil ? "" : " replaced") } ?? "")
    }
  }

  static let cases: [(String, LayeredTree, [String])] = [
    (
      "a file is replaced",
      tree(entries("d a", "f a/b=1"), entries("d a", "f a/b=22")),
      ["/a/b 0 1 > 1 replaced", "/a/b 1 2"]
    ),
    (
      "a directory is removed with what is in it",
      tree(entries("d a", "f a/b=1", "f a-b=22", "f a/c/d=333"), entries("w a")),
      ["/a-b 0 2", "/a/b 0 1 > 1", "/a/c/d 0 3 > 1"]
    ),
    (
      "an opaque directory hides what was in it, and not its own",
      tree(entries("d a", "f a/b=1", "f a/c=22"), entries("o a", "f a/b=1")),
      ["/a/b 0 1 > 1", "/a/c 0 2 > 1", "/a/b 1 1"]
    ),
    (
      "a file takes the place of a directory",
      tree(entries("d a", "f a/b=1"), entries("f a=22")),
      ["/a/b 0 1 > 1", "/a 1 2"]
    ),
    (
      "what is inside makes a directory of a file",
      tree(entries("f a=1"), entries("f a/b/c=22")), ["/a 0 1 > 1", "/a/b/c 1 2"]
    ),
    (
      "what comes back is there again",
      tree(entries("f a=1"), entries("w a"), entries("f a=22")),
      ["/a 0 1 > 1", "/a 2 2"]
    ),
    (
      "a name that is left keeps the bytes",
      tree(entries("f a=1", "h b>a", "h c>a"), entries("w a", "w b")),
      ["/a 0 0 > 1", "/b 0 0 > 1", "/c 0 1"]
    ),
    (
      "bytes are wasted when no name is left",
      tree(entries("f a=1", "h b>a"), entries("w a", "w b")),
      ["/a 0 1 > 1", "/b 0 0 > 1"]
    ),
    (
      "a link to a lower layer takes nothing",
      tree(entries("f a=1"), entries("h b>a")), ["/a 0 1", "/b 1 0"]
    ),
  ]

  @Test(arguments: cases)
  func follows(what: String, tree: LayeredTree, listing: [String]) {
    #expect(Self.listing(tree) == listing)
  }

  @Test func countsDirectories() {
    let tree = Self.tree(
      entries("d a", "f a/b=1", "f a/c=22", "f a-b=4444", "d e"), entries("d a", "f a/b=333"))
    let usage = tree.usage(depth: 1, minimum: 1)
    #expect(usage.bytes == 9 && usage.files == 3)
    #expect(usage.parts.map(\.path.description) == ["/a", "/a-b"])
    #expect(usage.parts.map(\.bytes) == [5, 4])
    #expect(usage.parts.map(\.isDirectory) == [true, false])
    #expect(usage.parts.map(\.parts) == [[], []])
    #expect(tree.usage(depth: 9, minimum: 0).parts.map(\.path.description) == ["/a", "/a-b", "/e"])
    let first = tree.usage(of: 0, depth: 9, minimum: 0)
    #expect(first.bytes == 7 && first.files == 3)
    #expect(first.parts.last?.parts == [])
    #expect(tree.wasted.map(\.bytes) == [1])
  }

  @Test func findsDuplicates() {
    let tree = Self.tree(
      entries("f a=12", "f b=12", "f c=123", "h d>a", "f e=", "f f="), entries("f g=12", "w b"))
    #expect(tree.duplicates.map(\.paths) == [[TreePath("a"), TreePath("g")]])
    #expect(tree.duplicates.map(\.wasted) == [2])
  }

  static let caches: [(String, String?)] = [
    ("var/lib/apt/lists/x", "apt-lists"), ("home/var/lib/apt/lists/x", nil),
    ("var/lib/apt/lists-old/x", nil), ("root/.cache/pip/http/a/b", "pip"),
    ("home/me/.cache/pip/x", "pip"), (".cache/pip/x", "pip"), ("root/x.cache/pip/x", nil),
    ("opt/miniconda3/pkgs/x", "conda"), ("a/__pycache__/b.pyc", "python-bytecode"),
    ("tmp/x", "temporary-files"), ("root/tmp/x", nil),
  ]

  @Test(arguments: caches)
  func findsCaches(path: String, id: String?) {
    let uses = Self.tree(entries("f \(path)=1")).packageCaches
    #expect(uses.first?.cache.id == id)
    #expect(uses.first?.items ?? [0] == [0])
  }

  /// What is kept is the union of the layers; nothing is lost of what is not.
  @Test(arguments: 1...100 as ClosedRange<UInt64>)
  func agreesWithTheUnion(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let layers = (0..<4).map { _ in LayerIndex(Self.layer(&chance)) }
    let tree = LayeredTree(layers)
    let union = RootTree(layers: layers)
    let seen = tree.kept.filter { !$0.entry.path.isRoot }.sorted { $0.entry.path < $1.entry.path }
    // Directories that no layer mentions are no entry of any.
    let mentioned = union.descendants(of: .root).filter {
      $0.kind != .directory || $0.permissions != 0o755
    }
    #expect(seen.map(\.entry.path) == mentioned.map(\.path))
    #expect(seen.map(\.entry.kind) == mentioned.map(\.kind))
    for item in seen { #expect(union.owner(of: item.entry.path) == item.layer) }
    let total = layers.flatMap(\.entries).reduce(0) { $0 + $1.size }
    #expect(tree.items.reduce(0) { $0 + $1.bytes } == total)
    let usage = tree.usage(depth: 0, minimum: 0)
    #expect(usage.bytes + tree.wasted.reduce(0) { $0 + $1.bytes } == total)
  }

  private static func layer(_ chance: inout SeededGenerator) -> [LayerEntry] {
    var made: [LayerEntry] = []
    let names = ["a", "b", "a-", "a/a", "a/b", "b/a", "b/b", "a/a/a", "a/b/b", "b/b/b"]
    for name in names where .random(in: 0..<3, using: &chance) == 0 {
      let path = TreePath(name)
      let hasInside = made.contains { path.ancestors.contains($0.path) && $0.kind != .directory }
      if hasInside { continue }
      let kind = ["d", "o", "f", "f", "w"].randomElement(using: &chance) ?? "f"
      let content = String(repeating: "x", count: .random(in: 0...9, using: &chance))
      made += entries("\(kind) \(name)" + (kind == "f" ? "=\(content)" : ""))
    }
    return made
  }
}
