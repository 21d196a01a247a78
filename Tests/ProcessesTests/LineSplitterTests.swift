import Testing

@testable import Processes

@Suite struct LineSplitterTests {
  private func split(_ pieces: [String]) -> [String] {
    var splitter = LineSplitter()
    var lines: [String] = []
    for piece in pieces { splitter.add(Array(piece.utf8)) { lines.append($0) } }
    splitter.finish { lines.append($0) }
    return lines
  }

  @Test(
    arguments: [
      (["a\nb\n"], ["a", "b"]), (["a", "b\nc"], ["ab", "c"]), (["\n", "\n"], ["", ""]), ([], []),
      (["é\n"], ["é"]),
    ] as [([String], [String])])
  func lines(pieces: [String], expected: [String]) {
    #expect(split(pieces) == expected)
  }

  @Test func endlessLineComesInPieces() {
    let piece = String(repeating: "x", count: 40_000)
    #expect(split([piece, piece, piece]).map(\.utf8.count) == [80_000, 40_000])
  }
}
