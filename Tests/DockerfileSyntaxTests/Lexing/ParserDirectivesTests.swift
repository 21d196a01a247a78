import Diagnostics
import DockerfileSyntax
import Testing

struct ParserDirectivesTests {
  static let cases: [(text: String, escape: Unicode.Scalar, syntax: String?, check: String?)] = [
    ("FROM a", "\\", nil, nil),
    ("# escape=`\nFROM a", "`", nil, nil),
    ("  #ESCAPE = `  \r\nFROM a", "`", nil, nil),
    ("# syntax=a/b:1 # x\n# check=skip=all\n# escape=`\nFROM a", "`", "a/b:1 # x", "skip=all"),
    ("# a comment\n# escape=`\nFROM a", "\\", nil, nil),
    ("# other=1\n# escape=`\nFROM a", "\\", nil, nil),
    ("\n# escape=`\nFROM a", "\\", nil, nil),
    ("FROM a\n# escape=`\n", "\\", nil, nil),
    ("# escape=\nFROM a", "\\", nil, nil),
    ("\u{FEFF}# escape=`\nFROM a", "`", nil, nil),
  ]

  @Test(arguments: cases)
  func areReadUntilTheFirstOtherLine(
    text: String, escape: Unicode.Scalar, syntax: String?, check: String?
  ) {
    let (dockerfile, found) = Dockerfile.parse(SourceFile(name: "Dockerfile", text: text))
    #expect(found.isEmpty)
    #expect(dockerfile.directives.escape == escape)
    #expect(dockerfile.directives.syntax?.text == syntax)
    #expect(dockerfile.directives.check?.text == check)
  }
}
