import Diagnostics
import Testing

@testable import Project

struct TOMLReaderTests {
  private func read(_ text: MarkedText) throws -> TOMLNode {
    try TOMLReader.read(text.file.bytes, as: text.file)
  }

  private func entry(_ path: String..., in root: TOMLNode) throws -> TOMLEntry {
    var node = root
    var found: TOMLEntry?
    for key in path {
      guard case .table(let entries) = node.content else { break }
      let entry = try #require(entries.first { $0.key == key })
      node = entry.node
      found = entry
    }
    return try #require(found)
  }

  @Test func everyValueKnowsItsPlace() throws {
    let text = MarkedText(
      """
      «engine» = «"native"»
      [docker] # a comment
      «build_args» = «[ "A=1",
        "B=2" ]»
      [images."a.b".run]
      «env».«K» = «1.50»
      """)
    let root = try read(text)
    var spans: [SourceSpan] = []
    let engine = try entry("engine", in: root)
    let arguments = try entry("docker", "build_args", in: root)
    let env = try entry("images", "a.b", "run", "env", in: root)
    let variable = try entry("images", "a.b", "run", "env", "K", in: root)
    spans = [engine.keySpan, engine.node.span, arguments.keySpan, arguments.node.span]
    spans += [env.keySpan, variable.keySpan, variable.node.span]
    #expect(spans.map(\.range) == text.ranges)
  }

  @Test(arguments: [
    "a = \"é日本\" \n b = «true»", "é = 1".replacing("é = 1", with: "\"é\" = «1»"),
    "\u{feff}a = «1»", "x = 1\r\na = «'é'»\r\n", "a = «\"\"\"\none\ntwo\"\"\"»",
  ])
  func columnsAreBytes(_ marked: String) throws {
    let text = MarkedText(marked)
    guard case .table(let entries) = try read(text).content else {
      Issue.record("the root is a table")
      return
    }
    #expect(entries.last?.node.span.range == text.ranges[0])
  }

  @Test func entriesAreInTheOrderOfTheText() throws {
    guard case .table(let entries) = try read(MarkedText("z = 1\na = 2\nm = 3")).content else {
      Issue.record("the root is a table")
      return
    }
    #expect(entries.map(\.key) == ["z", "a", "m"])
  }

  @Test(arguments: [
    ("[docker]\nregion = «u»s-east-1", "could not determine value type"),
    ("a = 1\n«a» = 2", "cannot redefine existing integer 'a'"),
    ("[a]\n«[»a]", "cannot redefine existing table 'a'"),
    ("a = \"x«\n»b = 1", "unescaped control characters"),
    ("[docker«»", "encountered end-of-file"),
  ])
  func whatIsNotTOMLIsSaidWithItsPlace(_ marked: String, _ reason: String) throws {
    let text = MarkedText(marked)
    let diagnostic = try #require(throws: Diagnostic.self) { try self.read(text) }
    #expect(diagnostic.id == "toml-syntax")
    #expect(diagnostic.message.hasPrefix("invalid TOML: \(reason)"))
    let place = try #require(diagnostic.span).range.lowerBound
    let line = text.file.lineRange(around: text.ranges[0].lowerBound)
    #expect(line.lowerBound...line.upperBound ~= place)
  }

  @Test func aForgottenQuoteIsGuessed() throws {
    let text = MarkedText("region = us-east-1")
    let diagnostic = try #require(throws: Diagnostic.self) { try self.read(text) }
    #expect(diagnostic.help?.contains("double quotes") == true)
  }

  @Test(arguments: [
    ("a = ", "[", 10_000), ("a = ", "{a = ", 10_000), ("[a", ".a", 100_000), ("a", ".a", 100_000),
    ("", "#", 1 << 20 + 1), ("a = \"", "\u{0}", 1), ("", "\u{0}", 1), ("a =", " ", 1),
  ])
  func hostileTextsAreErrors(_ start: String, _ part: String, _ count: Int) {
    let file = SourceFile(name: "x", text: start + String(repeating: part, count: count))
    // The error holds the text, and the testing library would write it out byte by byte.
    let node = try? TOMLReader.read(file.bytes, as: file)
    #expect(node == nil)
  }

  @Test func bytesThatAreNoTextAreAnError() {
    let file = SourceFile(name: "x", bytes: [0x61, 0x3d, 0x22, 0xff, 0xfe, 0x22])
    #expect(throws: Diagnostic.self) { try TOMLReader.read(file.bytes, as: file) }
  }

  @Test func theDeepestTextThatIsAllowedIsRead() throws {
    let key = Array(repeating: "a", count: 120).joined(separator: ".")
    let nested = "\(key) = " + String(repeating: "[\n{\(key) = ", count: 3) + "1"
    let text = "[\(key)]\n" + nested + String(repeating: "}]", count: 3)
    _ = try read(MarkedText(text))
  }

  /// The parser's own assertions do not hold for these.
  @Test(arguments: ["[\u{1}a]", "[,]", "[[=]]", "[a.<]"])
  func aTableWithoutANameIsToldToBe(_ text: String) {
    let file = SourceFile(name: "x", text: text)
    #expect(throws: Diagnostic.self) { try TOMLReader.read(file.bytes, as: file) }
  }
}
