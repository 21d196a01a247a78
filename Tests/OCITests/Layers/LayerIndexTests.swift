import OCI
import TestSupport
import Testing

struct LayerIndexTests {
  private static func path(_ chance: inout SeededGenerator) -> TreePath {
    let names: [[UInt8]] = ["a", "b", "a-b", "0", "é", "x y"].map { Array($0.utf8) } + [[0xff]]
    return (0..<Int.random(in: 0...3, using: &chance)).reduce(.root) { path, _ in
      path.appending(name: names[Int.random(in: names.indices, using: &chance)])
    }
  }

  private static func entry(_ chance: inout SeededGenerator) -> LayerEntry {
    var entry = LayerEntry(
      path: path(&chance), kind: .init(rawValue: .random(in: 0...7, using: &chance)) ?? .file,
      permissions: .random(in: 0...0o7777, using: &chance),
      uid: .random(in: 0 ... .max, using: &chance), gid: .random(in: 0...200, using: &chance))
    switch entry.kind {
    case .file:
      entry.size = .random(in: 0 ... .max, using: &chance)
      entry.content = SHA256.digest(of: "\(entry.size)")
    case .symlink, .hardLink: entry.link = [0x2f, 0xfe, 0]
    case .characterDevice, .blockDevice:
      entry.deviceMajor = .random(in: 0...300, using: &chance)
      entry.deviceMinor = .random(in: 0 ... .max, using: &chance)
    case .directory: entry.isOpaque = .random(using: &chance)
    default: break
    }
    if .random(using: &chance) {
      entry.attributes = [.init(name: "security.capability", value: [0, 1, 0xff])]
    }
    return entry
  }

  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func answersAsADictionaryWould(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let entries = (0..<Int.random(in: 0...60, using: &chance)).map { _ in Self.entry(&chance) }
    let model = Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
    let made = LayerIndex(entries)
    let index = try #require(LayerIndex(serialized: made.serialized))
    #expect(index == made)
    #expect(index.count == model.count)
    #expect(index.entries == model.values.sorted { $0.path < $1.path })
    for path in model.keys + (0..<50).map({ _ in Self.path(&chance) }) {
      #expect(index.entry(at: path) == model[path])
      let inside = model.keys.filter { $0 != path && $0.relative(to: path) != nil }.sorted()
      #expect(index.descendants(of: path).compactMap { index[$0]?.path } == inside)
    }
  }

  /// An index comes from a disk: whatever its bytes are, asking it ends in an answer.
  @Test func survivesDamage() {
    var chance = SeededGenerator(seed: 7)
    let whole = LayerIndex((0..<40).map { _ in Self.entry(&chance) }).serialized
    for _ in 0..<3_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &chance) {
        bytes[Int.random(in: 4..<bytes.count, using: &chance)] = .random(
          in: 0 ... .max, using: &chance)
      }
      if .random(using: &chance) {
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &chance))
      }
      guard let index = LayerIndex(serialized: bytes) else { continue }
      _ = index.entries
      let path = Self.path(&chance)
      _ = index.entry(at: path)
      for position in index.descendants(of: path) { _ = index[position] }
    }
  }

  @Test(arguments: ["", "rli1", "rli2\0\0\0\0", "rli1\u{1}\0\0\0", "rli1\u{7f}\u{7f}\u{7f}\u{7f}"])
  func refuses(text: String) { #expect(LayerIndex(serialized: Array(text.utf8)) == nil) }

  @Test func isTheSameWhateverTheOrder() {
    let all = entries("d a", "f a/b=1", "l c>a")
    #expect(LayerIndex(all.reversed()) == LayerIndex(all))
    #expect(LayerIndex(entries("f a=1", "f a=2")) == LayerIndex(entries("f a=2")))
    #expect(LayerIndex.empty.entries.isEmpty)
  }
}
