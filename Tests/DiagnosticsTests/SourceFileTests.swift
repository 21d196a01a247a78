import Diagnostics
import Testing

struct SourceFileTests {
  private static let file = SourceFile(name: "F", text: "ab\n\né\r\nlast")

  @Test(arguments: [
    (-1, 1, 1), (0, 1, 1), (2, 1, 3), (3, 2, 1), (4, 3, 1), (6, 3, 3), (8, 4, 1), (12, 4, 5),
    (99, 4, 5),
  ])
  func findsPositions(offset: Int, line: Int, column: Int) {
    let found = Self.file.position(of: offset)
    #expect(found.line == line && found.column == column)
    let span = SourceSpan(file: Self.file, range: max(0, offset)..<max(0, offset))
    #expect(span.start.line == line)
  }

  @Test(arguments: [
    (0, "ab"), (2, "ab"), (3, ""), (4, "é"), (6, "é"), (7, "é"), (8, "last"), (12, "last"),
    (99, "last"),
    (-5, "ab"),
  ])
  func findsLines(offset: Int, line: String) {
    #expect(Self.file.text(in: Self.file.lineRange(around: offset)) == line)
  }

  @Test func isHarmlessWithOddBytes() {
    let empty = SourceFile(name: "E", bytes: [])
    #expect(empty.position(of: 5) == (1, 1))
    #expect(empty.lineRange(around: 5) == 0..<0)
    #expect(empty.text(in: 0..<9) == "")
    let broken = SourceFile(name: "B", bytes: [0xff, 0x0a, 0xfe])
    #expect(broken.text(in: 0..<3) == "\u{fffd}\n\u{fffd}")
    #expect(broken.lineRange(around: 2) == 2..<3)
    let returns = SourceFile(name: "R", text: "\r\n\r")
    #expect(returns.lineRange(around: 0) == 0..<0)
    #expect(returns.lineRange(around: 2) == 2..<2)
  }
}

struct SuggestionTests {
  private static let names = ["builder", "runtime", "base", "test", "tests", "Dockerfile"]

  @Test(arguments: [
    ("buidler", "builder"), ("bulder", "builder"), ("BUILDER", "builder"), ("runtim", "runtime"),
    ("bsae", "base"), ("tst", "test"), ("dockerfile", "Dockerfile"), ("Dokcerfle", "Dockerfile"),
    // Too far, or the name itself.
    ("production", nil), ("x", nil), ("", nil), ("base", nil), ("bbbb", nil), ("bxlxexr", nil),
  ])
  func findsTheNearest(word: String, expected: String?) {
    #expect(Suggestion.closest(to: word, among: Self.names) == expected)
  }

  @Test func theFirstOfEquallyNearOnesIsTaken() {
    #expect(Suggestion.closest(to: "tesx", among: ["test", "tesk"]) == "test")
    #expect(Suggestion.closest(to: "a", among: []) == nil)
    #expect(Suggestion.closest(to: "abc", among: ["", "é"]) == nil)
  }
}

struct DiagnosticTests {
  @Test func isAnErrorUnlessItIsSaid() {
    #expect(Diagnostic(id: "x", "m").severity == .error)
    #expect(Diagnostic(.warning, id: "x", "m").severity.rawValue == "warning")
    #expect(
      DiagnosticList([Diagnostic(id: "x", "m")]) == DiagnosticList([Diagnostic(id: "x", "m")]))
  }
}
