import FileSystem
import TestSupport
import Testing

@testable import Launching

struct TimedLinesTests {
  private static func chunk(
    _ text: String, _ time: Int64 = 0, _ stream: RunNews.Stream = .output
  ) -> RunNews.Chunk {
    RunNews.Chunk(stream: stream, bytes: Array(text.utf8), time: time)
  }

  private static func text(_ line: TimedLine) -> String {
    (line.stream == .errors ? "!" : "") + "\(line.time) "
      + String(decoding: line.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    ([chunk("a\nb\n", 1)], ["1 a", "1 b"]),
    ([chunk("a", 1), chunk("b\nc", 2), chunk("\n\n", 3)], ["1 ab", "2 c", "3 "]),
    ([chunk("no end", 1)], ["1 no end"]),
    // Two streams do not share a line.
    ([chunk("a", 1), chunk("x\n", 2, .errors), chunk("b\n", 3)], ["1 a", "!2 x", "3 b"]),
    ([], []),
  ])
  func linesHaveTheTimeOfTheirFirstByte(chunks: [RunNews.Chunk], expected: [String]) {
    var lines = TimedLines()
    let found = chunks.flatMap { lines.add($0) } + lines.end()
    #expect(found.map(Self.text) == expected)
  }

  @Test func aLineWithoutEndComesInPieces() {
    var lines = TimedLines()
    let long = String(repeating: "x", count: 2 * TimedLines.limit + 1)
    let found = lines.add(Self.chunk(long)) + lines.end()
    #expect(found.map(\.bytes.count) == [TimedLines.limit, TimedLines.limit, 1])
  }

  private func log(_ scratch: Scratch, _ name: String, _ chunks: [RunNews.Chunk]) throws
    -> RunLogReader
  {
    var log = try RunLogWriter(creating: scratch(name))
    for chunk in chunks { try log.append(chunk.bytes, chunk.stream, time: chunk.time) }
    return RunLogReader(scratch(name))
  }

  @Test func severalLogsInTheOrderOfTime() throws {
    let scratch = try Scratch()
    let logs = [
      try log(scratch, "a", [Self.chunk("a1\na1b\n", 1), Self.chunk("a5\n", 5, .errors)]),
      RunLogReader(scratch("none")),
      try log(scratch, "b", [Self.chunk("b0\n", 0), Self.chunk("b1\n", 1), Self.chunk("b9", 9)]),
    ]
    var merged = MergedLogs(logs)
    var found: [String] = []
    while let next = try merged.next() { found.append("\(next.run):" + Self.text(next.line)) }
    #expect(found == ["2:0 b0", "0:1 a1", "0:1 a1b", "2:1 b1", "0:!5 a5", "2:9 b9"])
    #expect(merged.offsets == [10, 0, 8])
  }

  @Test(arguments: [
    ("a\nb\nc\n", 2, "b\nc\n"), ("a\nb\nc", 2, "b\nc"), ("a\nb\n", 5, "a\nb\n"), ("a\n", 0, ""),
    ("", 3, ""), ("\n\n\n", 1, "\n"),
  ])
  func theLastLines(text: String, count: Int, expected: String) throws {
    let scratch = try Scratch()
    try scratch.write("log", text)
    let log = RunLogReader(scratch("log"))
    let offset = Int(try log.offset(ofLast: count))
    #expect(String(text.dropFirst(offset)) == expected)
    let lines = expected.hasSuffix("\n") ? String(expected.dropLast()) : expected
    let texts = lines.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(try log.lastLines(count) == (expected.isEmpty ? [] : texts))
  }

  @Test func theLastLinesOfALargeLog() throws {
    let scratch = try Scratch()
    let text = (0..<300_000).map { "line \($0)\n" }.joined()
    try scratch.write("log", text)
    let log = RunLogReader(scratch("log"))
    #expect(try log.lastLines(2) == ["line 299998", "line 299999"])
    #expect(try log.offset(ofLast: 200_000) == 1_088_890)
    // They are for a person: of more than that nobody wants to know.
    let many = try log.lastLines(200_000)
    #expect(many.count < 10_000 && many.last == "line 299999")
  }

  @Test func theLastStatesOfAProgressBarAreLines() throws {
    let scratch = try Scratch()
    let text = (0..<100_000).map { "\($0 / 1_000)%\r" }.joined() + "done\r\n"
    try scratch.write("log", "begun\n" + text)
    #expect(try RunLogReader(scratch("log")).lastLines(3) == ["99%", "99%", "done"])
    try scratch.write("log", String(repeating: "x", count: 1_000))
    #expect(
      try RunLogReader(scratch("log")).lastLines(3) == [String(repeating: "x", count: 199) + "…"])
  }

  @Test func manyLargeLogsAreReadInSmallPortions() throws {
    let scratch = try Scratch()
    let text = (0..<2_000).map { "line \($0)\n" }.joined()
    try scratch.write("log", text)
    var merged = MergedLogs(Array(repeating: RunLogReader(scratch("log")), count: 5_000))
    #expect(try merged.next()?.line.bytes == Array("line 0".utf8))
    #expect(merged.offsets.allSatisfy { $0 == 4_096 })
  }
}
