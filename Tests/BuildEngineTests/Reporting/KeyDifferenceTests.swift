import Testing

@testable import BuildEngine

struct KeyDifferenceTests {
  private static let before = [
    ["kind", "run"], ["root", "a"], ["argument", "2"], ["argument", "make"], ["argument", "x"],
    ["environment", "2"], ["environment", "A=1"], ["environment", "PATH=/bin"], ["user", ""],
  ]

  private static func replaced(_ part: [String], by other: [String]?) -> [[String]] {
    before.compactMap { $0 == part ? other : $0 }
  }

  @Test func equalPartsDifferInNothing() {
    #expect(KeyDifference.between(Self.before, Self.before) == [])
  }

  @Test(
    arguments: [
      (["root", "a"], ["root", "b"], [.root]),
      (
        ["argument", "x"], ["argument", "y"],
        [.field(name: "command", old: "make x", new: "make y")]
      ),
      (
        ["environment", "A=1"], ["environment", "A=2"], [.variable(name: "A", old: "1", new: "2")]
      ),
      (["environment", "A=1"], nil, [.variable(name: "A", old: "1", new: nil)]),
      (
        ["environment", "A=1"], ["environment", "B=1"],
        [.variable(name: "A", old: "1", new: nil), .variable(name: "B", old: nil, new: "1")]
      ),
      (["user", ""], ["user", "me"], [.field(name: "user", old: "root", new: "me")]),
    ] as [([String], [String]?, [KeyDifference])])
  func oneDifference(part: [String], other: [String]?, expected: [KeyDifference]) {
    #expect(KeyDifference.between(Self.before, Self.replaced(part, by: other)) == expected)
  }

  @Test func filesAndSources() {
    #expect(KeyDifference.between([["tree", "1"]], [["tree", "2"]]) == [.files])
    #expect(KeyDifference.between([["source", "1"]], [["source", "2"]]) == [.source])
    #expect(KeyDifference.between([["malformed"]], []) == [])
  }

  @Test func whatIsNotKnownCountsAsOther() {
    let unknown = Self.before.map { $0[0] == "root" ? ["root"] : $0 }
    #expect(KeyDifference.between(Self.before, unknown) == [.root])
    let mount = Self.mount("bind", "/", content: "1")
    let other = mount.map { $0[0] == "content" ? ["content"] : $0 }
    #expect(KeyDifference.between(mount, other) == [.source])
  }

  private static func mount(_ kind: String, _ value: String, content: String) -> [[String]] {
    [["mount", "/m"], ["mode", "read"], [kind, value], ["source", "/"], ["content", content]]
  }

  @Test(
    arguments: [
      (mount("bind", "context", content: "1"), mount("bind", "context", content: "2"), .files),
      (mount("bind", "/", content: "1"), mount("bind", "/", content: "2"), .source),
      (mount("secret", "t", content: "1"), mount("secret", "t", content: "2"), .secret(id: "t")),
      (
        mount("secret", "t", content: ""), mount("secret", "t", content: "2"),
        .secretCounts(id: "t")
      ),
      (
        mount("cache", "a", content: ""), mount("cache", "b", content: ""),
        .field(
          name: "mount", old: "cache a, target /m, read, source /",
          new: "cache b, target /m, read, source /")
      ),
      (
        mount("memory", "", content: ""), [],
        .field(name: "mounts", old: "memory, target /m, read, source /", new: "nothing")
      ),
    ] as [([[String]], [[String]], KeyDifference)])
  func mounts(old: [[String]], new: [[String]], expected: KeyDifference) {
    let tree = [["times", "0"]]
    #expect(KeyDifference.between(old + tree, new + tree) == [expected])
  }

  /// An older runctl listed addresses with their passwords.
  @Test func passwordsOfOldListingsAreNotTold() {
    let lists = ["a", "b"].map {
      [["environment", "1"], ["environment", "I=https://u:pw@\($0)"]]
    }
    let expected = ("https://<secret>@a", "https://<secret>@b")
    #expect(
      KeyDifference.between(lists[0], lists[1])
        == [.variable(name: "I", old: expected.0, new: expected.1)])
  }
}
