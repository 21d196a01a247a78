import OCI
import TestSupport
import Testing

@testable import BuildEngine

struct SourcePatternTests {
  /// Pattern, name, whether they match: Go's `filepath.Match`.
  @Test(arguments: [
    ("*", "", true), ("*", "abc", true), ("a*", "a", true), ("a*", "ba", false),
    ("*a", "bca", true),
    ("a*b*c", "axxbyyc", true), ("a*b*c", "axxbyy", false), ("**", "a", true), ("*x", "xx", true),
    ("?", "a", true), ("?", "", false), ("?", "ab", false), ("?", "é", true), ("??", "é", false),
    ("a?c", "abc", true), ("?*", "", false), (".*", ".env", true), ("*", ".env", true),
    ("[abc]", "b", true), ("[abc]", "d", false), ("[a-c]x", "bx", true), ("[a-c]", "d", false),
    ("[^a-c]", "d", true), ("[^a-c]", "b", false), ("[^a]", "", false), ("[z-a]", "m", false),
    ("[a-c0-9_]", "7", true), ("[[]0", "[0", true), ("[\\]]", "]", true), ("[\\-x]", "-", true),
    ("[a-\\]]", "b", false), ("[!a]", "!", true), ("a\\*b*", "a*bc", true),
    ("a\\*b*", "axbc", false),
    ("données*.txt", "données-1.txt", true), ("d*é", "dé", true), ("[é]", "é", true),
    ("[é]", "è", false), ("[à-ü]*", "ébc", true), ("*é*", "aéb", true), ("日本*", "日本語", true),
  ])
  func matches(pattern: String, name: String, expected: Bool) throws {
    let parsed = try #require(NamePattern(Array(pattern.utf8)))
    #expect(parsed.matches(Array(name.utf8)) == expected)
  }

  @Test(arguments: ["[", "[a", "[]", "[]a]", "[^]", "[-a]", "[a-]", "[a-", "*\\", "[\\", "[a\\"])
  func refuses(pattern: String) {
    #expect(NamePattern(Array(pattern.utf8)) == nil)
    if pattern.contains(where: { "*?[".contains($0) }) { #expect(SourcePattern(pattern) == nil) }
  }

  /// What a recursive definition says.
  @Test func agreesWithThePlainWay() {
    func plain(_ pattern: Substring, _ name: Substring) -> Bool {
      guard let first = pattern.first else { return name.isEmpty }
      if first == "*" {
        return name.indices.contains { plain(pattern.dropFirst(), name[$0...]) }
          || plain(pattern.dropFirst(), "")
      }
      guard let character = name.first, first == "?" || first == character else { return false }
      return plain(pattern.dropFirst(), name.dropFirst())
    }
    var chance = SeededGenerator(seed: 5)
    func word(_ alphabet: String) -> String {
      let characters = Array(alphabet)
      return String(
        (0..<Int.random(in: 0...6, using: &chance)).map { _ in
          characters[Int.random(in: characters.indices, using: &chance)]
        })
    }
    for _ in 0..<5_000 {
      let pattern = word("ab*?")
      let name = word("ab")
      let parsed = NamePattern(Array(pattern.utf8))
      #expect(parsed?.matches(Array(name.utf8)) == plain(pattern[...], name[...]), "\(pattern)")
    }
  }

  private static let tree = RootTree.of(
    entries(
      "d a", "f a/x.txt", "f a/y.txt", "d a/sub", "f a/sub/z.txt", "d b", "f b/x.txt", "l c>a",
      "l gone>nowhere", "f top.txt", "f a*"))

  @Test(arguments: [
    ("*.txt", ["top.txt"]), ("a/*.txt", ["a/x.txt", "a/y.txt"]),
    ("a/*", ["a/sub", "a/x.txt", "a/y.txt"]),
    ("?/x.txt", ["a/x.txt", "b/x.txt", "c/x.txt"]), ("c/*.txt", ["c/x.txt", "c/y.txt"]),
    ("*/sub/*", ["a/sub/z.txt", "c/sub/z.txt"]), ("none*", []), ("*/none", []), ("none/*", []),
    ("g*", ["gone"]), ("[ab]", ["a", "b"]), ("top.txt/*", []),
    ("/a/./*.txt", ["a/x.txt", "a/y.txt"]),
  ])
  func findsPaths(pattern: String, expected: [String]) throws {
    let found = try #require(SourcePattern(pattern)).matches(in: Self.tree)
    #expect(found == expected.map { TreePath($0) })
  }

  @Test func aBackslashAloneIsPartOfAName() throws {
    let pattern = try #require(SourcePattern("a\\b"))
    #expect(!pattern.hasWildcard)
    #expect(pattern.path == TreePath("a\\b"))
    #expect(try #require(SourcePattern("a\\*")).hasWildcard == false)
  }
}
