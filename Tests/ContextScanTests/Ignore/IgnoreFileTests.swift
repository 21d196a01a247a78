import ContextScan
import Testing

struct IgnoreFileTests {
  static let cases: [(text: String, patterns: [String])] = [
    ("a\n/b\n./c/../d/\n", ["a", "b", "d"]), ("# c\n #d\n", ["#d"]), ("a\r\n\r\n b\t", ["a", "b"]),
    ("!a\n! /b\n!\n", ["!a", "!b", "!"]), ("/\n//\n", ["/", "/"]), ("\u{FEFF}#a\nb", ["b"]),
    ("../a\n..", ["../a", ".."]), ("", []), ("\u{A0}a\u{3000}", ["a"]),
  ]

  @Test(arguments: cases)
  func isRead(text: String, patterns: [String]) {
    let lines = IgnoreFile.lines(of: Array(text.utf8))
    #expect(lines.map { String(decoding: $0.pattern, as: UTF8.self) } == patterns)
  }

  @Test(arguments: [
    (
      "/p/docker/Dockerfile.gpu", "/p",
      ["/p/docker/Dockerfile.gpu.dockerignore", "/p/.dockerignore"]
    ),
    ("Dockerfile", "", ["Dockerfile.dockerignore", ".dockerignore"]),
    ("/p/Dockerfile", "/", ["/p/Dockerfile.dockerignore", "/.dockerignore"]),
  ])
  func theDockerfilesOwnComesFirst(dockerfile: String, context: String, expected: [String]) {
    #expect(IgnoreFile.candidates(dockerfile: dockerfile, context: context) == expected)
  }
}
