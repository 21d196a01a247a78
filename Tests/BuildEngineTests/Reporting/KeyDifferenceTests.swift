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
        [.field(name: "argument", old: "2 make x", new: "2 make y")]
      ),
      (
        ["environment", "A=1"], ["environment", "A=2"], [.variable(name: "A", old: "1", new: "2")]
      ),
      (["environment", "A=1"], nil, [.variable(name: "A", old: "1", new: nil)]),
      (
        ["environment", "A=1"], ["environment", "B=1"],
        [.variable(name: "A", old: "1", new: nil), .variable(name: "B", old: nil, new: "1")]
      ),
      (["user", ""], ["user", "me"], [.field(name: "user", old: "", new: "me")]),
    ] as [([String], [String]?, [KeyDifference])])
  func oneDifference(part: [String], other: [String]?, expected: [KeyDifference]) {
    #expect(KeyDifference.between(Self.before, Self.replaced(part, by: other)) == expected)
  }

  @Test func filesAndSources() {
    #expect(KeyDifference.between([["tree", "1"]], [["tree", "2"]]) == [.files])
    #expect(KeyDifference.between([["source", "1"]], [["source", "2"]]) == [.source])
    #expect(KeyDifference.between([["malformed"]], []) == [])
  }
}
