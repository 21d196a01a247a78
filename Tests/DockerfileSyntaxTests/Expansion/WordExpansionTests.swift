import Diagnostics
import DockerfileSyntax
import Testing

struct WordExpansionTests {
  private static let values = [
    "A": "foo", "E": "", "P": "/a/b.tar.gz", "S": " x  y ", "N": "a\nb", "Q": "a\\",
  ]
  private let lookup: WordExpansion.Lookup = { Self.values[$0] }

  static let words: [(text: String, result: String)] = [
    ("$A", "foo"), ("${A}b", "foob"), ("$Ab", ""), ("a$", "a$"), ("$.", "$."), ("$$A", "A"),
    ("\\$A", "$A"), ("'$A'", "$A"), ("\"$A\"", "foo"), ("\"\\a\\\"\"", "\\a\""), ("a\\", "a"),
    ("${A:-x}", "foo"), ("${E:-x}", "x"), ("${E-x}", ""), ("${U-x}", "x"), ("${U:-${A}}", "foo"),
    ("${A:+x}", "x"), ("${E:+x}", ""), ("${E+x}", "x"), ("${U+x}", ""), ("${U:-\"a }\"}", "a }"),
    ("${A?m}", "foo"), ("${E?m}", ""), ("${A:?m}", "foo"), ("${U:-a\\}b}", "a}b"),
    ("${P#*/}", "a/b.tar.gz"), ("${P##*/}", "b.tar.gz"), ("${P%.*}", "/a/b.tar"),
    ("${P%%.*}", "/a/b"), ("${A#f}", "oo"), ("${A%%o*}", "f"), ("${A#??}", "o"), ("${A#x}", "foo"),
    ("${Q%\\\\}", "a"), ("${N#*b}", "a\nb"), ("${U#x}", ""),
    ("${A/o/0}", "f0o"), ("${A//o/0}", "f00"), ("${A/o*/}", "f"), ("${P//\\//_}", "_a_b.tar.gz"),
    ("${A//x*/y}", "foo"), ("${A/#f/x}", "foo"), ("${A///-}", "-f-o-o-"), ("${A//*/x}", "x"),
    ("1$12x", "1x"), ("${1:-a}", "a"), ("\u{FEFF}a", "a"), ("é$A", "éfoo"),
  ]

  @Test(arguments: words)
  func expandsToOneWord(text: String, result: String) throws {
    #expect(try WordExpansion().word(text, lookup: lookup).value == result)
  }

  static let lists: [(text: String, result: [String])] = [
    ("a b", ["a", "b"]), ("$S", ["x", "y"]), ("\"$S\"", [" x  y "]), ("a$S", ["a", "x", "y"]),
    ("a\\ b", ["a b"]), ("'a b'c", ["a bc"]), ("", []), ("$U", []), ("''", []),
    ("<< a", ["<< a"]), ("x${U:-b}", ["b"]),
  ]

  @Test(arguments: lists)
  func splitsIntoWords(text: String, result: [String]) throws {
    #expect(try WordExpansion().words(text, lookup: lookup).value == result)
  }

  static let errors: [(text: String, error: ExpansionError)] = [
    ("'a", .unbalancedQuote("'")), ("\"a", .unbalancedQuote("\"")), ("${", .unclosedBrace),
    ("${A", .unclosedBrace), ("${A:-b", .unclosedBrace), ("${A/b", .missingSlash),
    ("${A/b/c", .unclosedBrace), ("${}", .badSubstitution), ("${:x}", .badSubstitution),
    ("${{A}", .badSubstitution), ("${A:=b}", .unknownOperator(":=")),
    ("${A=b}", .unknownOperator("=")), ("${A:#b}", .unknownOperator(":#")),
    ("${U?}", .required(name: "U", isSet: false, message: nil)),
    ("${U?gone}", .required(name: "U", isSet: false, message: "gone")),
    ("${E:?}", .required(name: "E", isSet: true, message: nil)),
    ("${A#\\f}", .invalidPattern("\\f")), ("${P#$Q}", .invalidPattern("a\\")),
  ]

  @Test(arguments: errors)
  func saysWhatIsWrong(text: String, error: ExpansionError) {
    #expect(throws: error) { try WordExpansion().word(text, lookup: lookup) }
    #expect(!error.diagnostic.message.isEmpty)
  }

  @Test
  func hostileInputIsRefused() {
    let deep = String(repeating: "${U:-", count: 10_000)
    #expect(throws: ExpansionError.tooComplex) { try WordExpansion().word(deep, lookup: lookup) }
    let long = String(repeating: "a", count: 50_000)
    #expect(throws: ExpansionError.tooComplex) {
      try WordExpansion().word("${L#\(long)}", lookup: { _ in long })
    }
  }

  static let options: [(options: WordExpansion.Options, text: String, result: String)] = [
    (.keepsQuotes, "'$A' \"$A\"", "'$A' \"foo\""),
    (.keepsEscapes, "\\$A", "\\$A"),
    (.keepsUnset, "$U ${U} ${U:-$A} ${U/a/b} $A", "$U ${U} ${U:-foo} ${U/a/b} foo"),
    (.keepsUnset, "${U:=x}", "${U:=x}"),
    (.ignoresQuotes, "it's \"$A\"", "it's \"foo\""),
  ]

  @Test(arguments: options)
  func leavesInPlaceWhatItIsTold(
    options: WordExpansion.Options, text: String, result: String
  ) throws {
    #expect(try WordExpansion(options: options).word(text, lookup: lookup).value == result)
  }

  @Test
  func theEscapeCharacterIsTheDirectives() throws {
    let backtick = WordExpansion(escape: "`")
    #expect(try backtick.word("`$A\\b", lookup: lookup).value == "$A\\b")
  }

  @Test
  func reportsWhatWasLookedUp() throws {
    let outcome = try WordExpansion().word("$A ${U:-$P} $A $V", lookup: lookup)
    #expect(outcome.found == ["A", "P"])
    #expect(outcome.missing == ["U", "V"])
  }
}
