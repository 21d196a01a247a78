import ContextScan
import OCI
import Testing

struct IgnoreRulesTests {
  static let cases: [(lines: String, path: String, isExcluded: Bool)] = [
    // Plain paths, and all below them.
    ("a", "a", true), ("a", "a/b", true), ("a", "b/a", false), ("a", "ab", false),
    ("/a/", "a", true), ("./a/../b", "b", true), ("a//b", "a/b", true), ("a/b", "a", false),
    // Stars.
    ("*", "a", true), ("*", "a/b/c", true), ("*.py", "x.py", true), ("*.py", "d/x.py", false),
    ("d/*.py", "d/x.py", true), ("d/*.py", "d/e/x.py", false), ("d/*.py", "d/.py", true),
    ("a*a", "a", false), ("a*a", "aa", true), ("*/b", "a/b/c", true), ("a?c", "abc", true),
    ("a?c", "a/c", false), ("a?c", "aéc", true),
    // Double stars.
    ("**/x", "x", true), ("**/x", "a/b/x", true), ("**/x", "a/bx", false), ("**x", "a/bx", true),
    ("**/*.py", "x.py", true), ("**/*.py", "a/b/x.py", true), ("**/*.py", "x.pyc", false),
    ("a/**", "a/b", true), ("a/**", "a", false), ("a/**/b", "a/b", true),
    ("a/**/b", "a/x/y/b", true), ("a/**/b", "ab", false), ("**", "a", true),
    ("**/a/*", "x/a/y", true), ("**/a/*", "a", false), ("a**", "abc", true),
    ("**/*.py", "a\n/x.py", false), ("**/*.py", "a/\n.py", true),
    // Brackets and backslashes.
    ("[ab]", "b", true), ("[^a]", "b", true), ("[^a]", "a", false), ("[!a]", "!", true),
    ("[a-c]x", "bx", true), ("[a\\-c]", "-", true), ("a\\*", "a*", true), ("a\\*", "ab", false),
    ("[[:digit:]]", "7", true), ("a(b)+{c}$|", "a(b)+{c}$|", true), ("\\d", "5", true),
    ("[*]", "]", true), ("^a", "^a", true), ("^a*", "ab", true),
    // Exceptions: the last one counts.
    ("*\n!a", "a", false), ("*\n!a", "a/b", false), ("*\n!a/b", "a", true),
    ("*\n!a/b", "a/b", false), ("!a\na", "a", true), ("a\n!a/b\na/b/c", "a/b/c", true),
    ("**\n!**/*.py", "d/x.py", false), ("*/\n!*/", "a", false),
    // Comments and white space.
    ("#a", "#a", false), (" #a", "#a", true), ("  a \t", "a", true), ("\n\na\r\n", "a", true),
    ("\u{FEFF}a", "a", true), ("a b", "a b", true), ("", "a", false),
  ]

  @Test(arguments: cases)
  func decides(lines: String, path: String, isExcluded: Bool) throws {
    let rules = try IgnoreRules(parsing: Array(lines.utf8))
    #expect(rules.excludes(TreePath(path)) == isExcluded)
    #expect(rules.matchesAlone(Array(path.utf8)) == isExcluded)
  }

  @Test(arguments: [
    ("a\n[", 2..<3), ("[]a]", 0..<4), ("[b-a]x", 0..<6), ("a\\", 0..<2), (" ! ", 1..<2),
    ("!/", 0..<2), ("[a-", 0..<3), ("[-x]", 0..<4), ("\\q", 0..<2), ("[[:nope:]]", 0..<10),
  ])
  func refusesWhatIsNoPattern(lines: String, range: Range<Int>) {
    let bytes = Array(lines.utf8)
    let pattern = String(decoding: bytes[range], as: UTF8.self)
    #expect {
      try IgnoreRules(parsing: bytes)
    } throws: { error in
      guard case .invalidPattern(let text, range)? = error as? IgnoreError else { return false }
      return text == pattern
    }
  }

  @Test
  func leadingPatternsCanBeTakenBack() throws {
    let plain = try IgnoreRules(parsing: [], leading: IgnoreRules.builtIn)
    #expect(plain.excludes(TreePath(".runctl/state.db")))
    #expect(plain.excludes(TreePath(".runctl.toml")))
    #expect(!plain.excludes(TreePath("sub/.runctl.toml")))
    let back = try IgnoreRules(
      parsing: Array("!.runctl.toml".utf8), leading: IgnoreRules.builtIn)
    #expect(!back.excludes(TreePath(".runctl.toml")))
    #expect(back.excludes(TreePath(".runctl.lock")))
  }

  @Test
  func theRootIsNeverExcluded() throws {
    let rules = try IgnoreRules(parsing: Array("*\n.\n**".utf8))
    #expect(!rules.excludes(.root))
    #expect(!rules.canPrune(directory: .root))
  }

  /// The walk of the reference does not ask an exception that could change nothing at the time.
  @Test
  func aWalkDiffersFromThePatternsAlone() throws {
    let rules = try IgnoreRules(parsing: Array("a/b\n!a".utf8))
    #expect(rules.excludes(TreePath("a/b")))
    #expect(!rules.matchesAlone(Array("a/b".utf8)))
  }

  static let prunable: [(lines: String, directory: String, isPrunable: Bool)] = [
    ("a", "a", true), ("a", "b", false), ("*\n!a/b", "a", false), ("*\n!a/b", "b", true),
    ("*\n!a/b", "ab", true), ("*\n!a/b/c", "a/b", false), ("a\n!*.py", "a", true),
    ("a\n!*/*.py", "a", false), ("a\n!*/*.py", "a/b", true), ("a\n!**/x", "a", false),
    ("!**/x\na", "a", true), ("a\n!b/**/c", "a", true), ("a\n!a/**", "a", false),
    ("a\n![^x]y", "a", false),
  ]

  @Test(arguments: prunable)
  func prunes(lines: String, directory: String, isPrunable: Bool) throws {
    let rules = try IgnoreRules(parsing: Array(lines.utf8))
    #expect(rules.canPrune(directory: TreePath(directory)) == isPrunable)
  }
}
