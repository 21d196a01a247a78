import Testing

@testable import Project

struct ValueTests {
  @Test(
    arguments: [
      ("data:/data", Volume(source: "data", destination: "/data")),
      ("/a b:/c:ro", Volume(source: "/a b", destination: "/c", isReadOnly: true)),
      ("./x:/y:rw", Volume(source: "./x", destination: "/y")),
      ("data", nil), (":/data", nil), ("data:relative", nil), ("a:/b:rx", nil), ("a:/b:ro:z", nil),
      ("a:/b/../..", nil), ("", nil),
    ] as [(String, Volume?)])
  func volumes(_ text: String, _ volume: Volume?) {
    #expect(Volume(text) == volume)
  }

  @Test(
    arguments: [
      ("A=1", Assignment(name: "A", value: "1")), ("A=", Assignment(name: "A", value: "")),
      ("a.b-c=x=y", Assignment(name: "a.b-c", value: "x=y")), ("A", nil), ("=1", nil),
      ("A B=1", nil), ("A=\u{301}x", Assignment(name: "A", value: "\u{301}x")),
      ("A=\u{200D}", Assignment(name: "A", value: "\u{200D}")),
      ("A=\u{FE0F}=", Assignment(name: "A", value: "\u{FE0F}=")),
    ] as [(String, Assignment?)])
  func assignments(_ text: String, _ assignment: Assignment?) {
    #expect(Assignment(text) == assignment)
  }

  @Test(
    arguments: [
      ("0", 0), ("512", 512), ("64m", 64 << 20), ("20GB", 20_000_000_000), ("20 GiB", 20 << 30),
      ("1Ti", 1 << 40), ("1kb", 1000), ("1B", 1), ("", nil), ("GB", nil), ("-1", nil),
      ("1.5G", nil),
      ("1 XB", nil), ("9223372036854775807K", nil), ("1gigabyte", nil),
    ] as [(String, Int64?)])
  func byteCounts(_ text: String, _ bytes: Int64?) {
    #expect(ByteCount(text)?.bytes == bytes)
  }

  @Test(
    arguments: [
      ("90s", .seconds(90)), ("30m", .seconds(1800)), ("12h", .seconds(43_200)),
      ("7d", .seconds(604_800)), ("7", nil), ("d", nil), ("-1d", nil),
      ("9223372036854775807d", nil),
    ] as [(String, Duration?)])
  func timeSpans(_ text: String, _ duration: Duration?) {
    #expect(TimeSpan.duration(text) == duration)
  }

  @Test(arguments: [
    ("a", true), ("a/../b", true), ("./a/b/", true), ("a/..", true), ("..", false), ("/a", false),
    ("a/../../b", false), ("", false),
  ])
  func pathsThatStayInside(_ path: String, _ stays: Bool) {
    #expect(ProjectPath.staysInside(path) == stays)
  }

  @Test(arguments: [
    ("a", "/p", "/p/a"), ("./a//b/", "/p", "/p/a/b"), ("../a", "/p", "/a"), (".", "/p", "/p"),
    ("/x/./y/..", "/p", "/x"), ("../../..", "/p", "/"), ("..", ".", ".."), ("a/..", ".", "."),
  ])
  func resolvedPaths(_ path: String, _ directory: String, _ resolved: String) {
    #expect(ProjectPath.resolve(path, in: directory) == resolved)
  }
}
