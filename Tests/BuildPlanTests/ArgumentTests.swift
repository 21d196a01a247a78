import Diagnostics
import OCI
import Testing

@testable import BuildPlan

/// Which variables an instruction sees. Source: Dockerfile reference, "ARG", and what BuildKit does.
struct ArgumentTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let arguments: [String: String]
    let seen: [String]
    var testDescription: String { text.replacing("\n", with: "; ") }

    init(_ text: String, _ arguments: [String: String] = [:], sees seen: [String]) {
      self.text = text + "\nRUN x"
      self.arguments = arguments
      self.seen = seen
    }
  }

  @Test(arguments: [
    // Defaults, and what is given.
    Case("FROM a\nARG X=1", sees: ["X=1"]),
    Case("FROM a\nARG X=1", ["X": "2"], sees: ["X=2"]),
    Case("FROM a\nARG X=1", ["X": ""], sees: ["X="]),
    Case("FROM a\nARG X", sees: []),
    Case("FROM a\nARG X", ["X": "2"], sees: ["X=2"]),
    Case("FROM a\nARG X=", sees: ["X="]),
    Case("FROM a", ["X": "2"], sees: []),
    Case("FROM a\nARG X=1\nARG X=2", sees: ["X=2"]),
    Case("FROM a\nARG X=1\nARG X", sees: ["X=1"]),
    Case("FROM a\nARG X=1 Y=2", sees: ["X=1", "Y=2"]),
    // Those before the first FROM are seen in a stage that declares them, and only there.
    Case("ARG X=1\nFROM a", sees: []),
    Case("ARG X=1\nFROM a\nARG X", sees: ["X=1"]),
    Case("ARG X=1\nFROM a\nARG X", ["X": "2"], sees: ["X=2"]),
    Case("ARG X=1\nFROM a\nARG X=3", sees: ["X=3"]),
    Case("ARG X\nFROM a\nARG X", sees: []),
    Case("ARG X=1\nARG Y=$X-2\nFROM a\nARG Y", sees: ["Y=1-2"]),
    Case("ARG X=1\nARG Y=$X-2\nFROM a\nARG Y", ["X": "9"], sees: ["Y=9-2"]),
    Case("ARG X=1 Y=$X\nFROM a\nARG Y", sees: ["Y=1"]),
    // One instruction sees what was before it.
    Case("FROM a\nARG X=1\nARG Y=$X", sees: ["X=1", "Y=1"]),
    Case("FROM a\nARG X=1 Y=$X", sees: ["X=1", "Y="]),
    Case("FROM a\nENV X=1 Y=$X", sees: ["X=1", "Y="]),
    Case("FROM a\nENV X=1\nENV X=2 Y=$X", sees: ["X=2", "Y=1"]),
    // A name may come from a variable.

    // The newest of ENV and ARG counts.
    Case("FROM a\nARG X=1\nENV X=2", sees: ["X=2"]),
    Case("FROM a\nARG X\nENV X=2", ["X": "3"], sees: ["X=2"]),
    Case(
      "FROM a\nARG X=1\nENV Y=${X:-d} Z=${W:-d} V=${X:+set}", sees: ["X=1", "Y=1", "Z=d", "V=set"]),
    // A stage on a stage has what that had; a new stage has not.
    Case("FROM a AS one\nARG X=1\nFROM one", sees: ["X=1"]),
    Case("FROM a AS one\nARG X=1\nENV Y=$X\nFROM one", sees: ["X=1", "Y=1"]),
    Case("FROM a AS one\nARG X=1\nFROM a\nCOPY --from=one / /", sees: []),
    Case("FROM a AS one\nARG X=1\nFROM a\nCOPY --from=one / /\nARG X", sees: []),
    // Known without a declaration before the first FROM.
    Case("FROM a\nARG TARGETARCH", sees: ["TARGETARCH=amd64"]),
    Case("FROM a\nARG TARGETOS", ["TARGETOS": "mine"], sees: ["TARGETOS=mine"]),
    Case("FROM a\nARG TARGETVARIANT", sees: ["TARGETVARIANT="]),
    Case("FROM a\nARG TARGETSTAGE", sees: ["TARGETSTAGE=default"]),
    Case("FROM a AS last\nARG TARGETSTAGE", sees: ["TARGETSTAGE=last"]),
    Case("FROM a\nRUN y", sees: []),
  ])
  func runSees(_ example: Case) {
    let planned = Planned(example.text, arguments: example.arguments)
    #expect(planned.runEnvironment == example.seen)
    #expect(planned.errors == [])
  }

  @Test func argumentsStayOutOfTheImage() {
    let planned = Planned("FROM a\nARG X=1\nENV Y=$X\nRUN x", arguments: ["X": "2"])
    #expect(planned.environment == ["Y=2"])
    #expect(planned.plan?.arguments.map(\.name) == ["X"])
    #expect(planned.plan?.arguments.map(\.value) == ["2"])
  }

  /// Only what a RUN sees is part of its key: an ARG below changes nothing above.
  @Test func anArgumentReachesOnlyWhatIsBelowIt() {
    let first = Planned("FROM a\nRUN one\nARG X=1\nRUN two").runs
    let second = Planned("FROM a\nRUN one\nARG X=2\nRUN two").runs
    #expect(first[0] == second[0])
    #expect(first[1] != second[1])
  }

  @Test(arguments: [
    ("ARG B=a:1\nFROM $B", [:], ["a:1"]), ("ARG B=a:1\nFROM ${B}", ["B": "c:2"], ["c:2"]),
    ("ARG T\nFROM a:${T:-slim}", [:], ["a:slim"]), ("FROM a-$TARGETARCH", [:], ["a-amd64:latest"]),
    ("ARG R=r.io\nARG T=1\nFROM $R/x:$T AS s\nFROM s", [:], ["r.io/x:1"]),
    ("ARG B=s\nFROM a AS s\nFROM $B", [:], ["a:latest"]),
    ("ARG B=scratch\nFROM $B", [:], []),
  ])
  func fromSees(text: String, arguments: [String: String], bases: [String]) {
    #expect(Planned(text, arguments: arguments).bases == bases)
  }

  @Test func fromSeesNothingOfStages() {
    #expect(Planned("FROM a\nARG B=c\nFROM $B").errors == ["empty-base"])
  }

  @Test func proxiesNeedNoDeclaration() throws {
    let given = ["HTTPS_PROXY": "http://p:1", "no_proxy": "x", "OTHER": "1"]
    let run = try #require(Planned("FROM a\nRUN x", arguments: given).runs.last)
    #expect(run.transparentEnvironment == ["HTTPS_PROXY=http://p:1", "no_proxy=x"])
    #expect(!run.environment.contains { $0.hasPrefix("HTTPS_PROXY") })
    let declared = Planned("FROM a\nARG HTTPS_PROXY\nRUN x", arguments: given).runs.last
    #expect(declared?.environment.contains("HTTPS_PROXY=http://p:1") == true)
    #expect(declared?.transparentEnvironment == ["no_proxy=x"])
  }

  @Test func warnsOfWhatNobodyDeclares() {
    let text = "ARG G=1\nFROM a AS s\nARG S\nFROM a\nARG L"
    let given = [
      "G": "1", "S": "1", "L": "1", "http_proxy": "1", "TARGETOS": "linux",
      "BUILDKIT_INLINE_CACHE": "1", "NOBODY": "1", "ALSO": "1",
    ]
    let planned = Planned(text, arguments: given)
    #expect(planned.errors == [])
    #expect(planned.diagnostics.map(\.id) == ["unused-argument", "unused-argument"])
    #expect(planned.diagnostics.map { $0.message.contains("NOBODY") } == [false, true])
  }

  @Test func historyNamesArgumentsOnce() {
    let planned = Planned("FROM a\nARG foo=bar\nARG bar=1\nARG foo=2\nRUN ls")
    #expect(
      planned.plan?.history.map(\.instruction) == [
        "ARG foo=bar", "ARG bar=1", "ARG foo=2", "RUN |2 foo=2 bar=1 /bin/sh -c ls",
      ])
  }
}
