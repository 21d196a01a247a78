import Foundation
import Testing

/// What `explain` says of steps: before a build what will come of each, afterwards what came of it.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct StepExplanationTests {
  private static let dockerfile = """
    FROM base:1 AS tools
    COPY requirements.txt .
    RUN cat requirements.txt >/tools

    FROM base:1
    ARG LEVEL=1
    WORKDIR /work
    COPY --from=tools /tools /tools
    COPY src src
    RUN echo $LEVEL >level
    COPY data data

    """

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var options: [String] = []
    /// The steps that are executed, with why.
    let executed: [String]
    let edit: @Sendable (Workbench) throws -> Void

    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "nothing", executed: []) { _ in },
    Case(
      name: "a file of the last step",
      executed: ["COPY data data: it takes data/a"]
    ) { try $0.write("data/a", "2\n") },
    Case(
      name: "a file in the middle",
      executed: [
        "COPY src src: it takes src/main", "RUN echo $LEVEL >level: it builds on [stage-1 3/5]",
      ]
    ) { try $0.write("src/main", "2\n") },
    Case(
      name: "requirements",
      executed: [
        "COPY requirements.txt .: it takes requirements.txt",
        "RUN cat requirements.txt >/tools: it builds on [tools 2/3]",
        "COPY --from=tools /tools /tools: it builds on [tools 3/3]",
        "RUN echo $LEVEL >level: it builds on [stage-1 2/5]",
      ]
    ) { try $0.write("requirements.txt", "2\n") },
    Case(
      name: "an argument", options: ["--build-arg", "LEVEL=2"],
      executed: ["RUN echo $LEVEL >level: LEVEL changed: 1 → 2"]
    ) { _ in },
    Case(
      name: "an argument and a file", options: ["--build-arg", "LEVEL=2"],
      executed: [
        "COPY src src: it takes src/main",
        "RUN echo $LEVEL >level: LEVEL changed: 1 → 2; it builds on [stage-1 3/5]",
      ]
    ) { try $0.write("src/main", "2\n") },
    Case(
      name: "a command",
      executed: ["RUN echo more >level: it was: RUN echo $LEVEL >level"]
    ) {
      try $0.write(
        "Dockerfile", dockerfile.replacingOccurrences(of: "echo $LEVEL", with: "echo more"))
    },
    Case(name: "a step more", executed: ["RUN true: it is new"]) {
      try $0.write("Dockerfile", dockerfile + "RUN true\n")
    },
    Case(name: "a file that no step takes", executed: []) { try $0.write("other", "2\n") },
  ]

  @Test(arguments: cases)
  func areForetoldAndThenDone(_ test: Case) throws {
    let bench = try project()
    try bench.does("build")
    try test.edit(bench)
    let foretold = try steps(bench, ["project:image"] + test.options)
    #expect(foretold.filter { $0.outcome != "reused" }.map(\.line) == test.executed)
    let built = try bench.start(["build"] + test.options).wait()
    #expect(built.succeeded, "\(built)")
    if test.executed.isEmpty { return }
    let done = try steps(bench, ["project:image", "--last"] + test.options)
    #expect(done.map(\.line) == foretold.map(\.line))
    let isTrue = zip(foretold, done).map { $0.outcome == "possible" || $0.outcome == $1.outcome }
    #expect(!isTrue.contains(false))
    #expect(built.output.contains("(\(test.executed.count) of \(done.count) steps done"))
  }

  /// What another command leaves may be what was there before.
  @Test func whatDependsOnACommandIsPossible() throws {
    let bench = try project()
    try bench.does("build")
    try bench.write(
      "Dockerfile", Self.dockerfile.replacingOccurrences(of: ">/tools", with: " >/tools"))
    let foretold = try steps(bench, ["project:image"])
    #expect(
      foretold.filter { $0.outcome != "reused" }.map(\.outcome)
        == ["executed", "possible", "possible"])
    #expect(try bench.does("explain").output.contains("    maybe   [stage-1 2/5] COPY"))
    try bench.does("build")
    let done = try steps(bench, ["project:image", "--last"])
    #expect(
      done.filter(\.isExecuted).map(\.line) == [
        "RUN cat requirements.txt  >/tools: it was: RUN cat requirements.txt >/tools"
      ])
  }

  @Test func withoutTheCacheAllIsAskedFor() throws {
    let bench = try project()
    try bench.does("build")
    let foretold = try steps(bench, ["project:image", "--no-cache"])
    let reasons = foretold.filter(\.isExecuted).map(\.reasons)
    #expect(reasons == Array(repeating: ["it was asked for"], count: 7), "\(foretold)")
    let options = ["--no-cache", "--build-arg", "LEVEL=2"]
    let other = try steps(bench, ["project:image"] + options)
    #expect(
      other.first { $0.instruction.hasPrefix("RUN echo") }?.reasons == ["LEVEL changed: 1 → 2"])
  }

  @Test func ownersAreSaidToHaveChanged() throws {
    let bench = try Workbench()
    try bench.importBase()
    try bench.write(
      "Dockerfile",
      """
      FROM base:1
      ARG U=1
      USER $U
      WORKDIR /w
      COPY --chown=$U a a
      RUN echo

      """)
    try bench.write("a", "1\n")
    try bench.does("build")
    let foretold = try steps(bench, ["project:image", "--build-arg", "U=2"])
    #expect(
      foretold.map(\.line) == [
        "FROM base:1", "WORKDIR /w: its owner changed",
        "COPY --chown=$U a a: its source, destination or owner changed",
        "RUN echo: U changed: 1 → 2; it builds on [3/4]; its user changed: 1 → 2",
      ])
  }

  /// The secret is the reason, and not the files that are mounted beside it.
  @Test func aSecretThatCountsIsTheReason() throws {
    let bench = try Workbench()
    try bench.importBase()
    let mounts = "--mount=type=bind,source=a,target=/a --mount=type=secret,id=tok"
    try bench.write("Dockerfile", "FROM base:1\nRUN \(mounts) echo\n")
    try bench.write([
      "a": "1\n", "token": "one-value\n",
      ".runctl.toml": "[images.project.secrets]\ntok = { src = \"token\", rebuild = true }\n",
      ".dockerignore": "token\n",
    ])
    try bench.does("build")
    try bench.write("token", "another-value\n")
    let foretold = try steps(bench, ["project:image"])
    #expect(foretold.last?.reasons == ["secret tok changed"], "\(foretold)")
    try bench.does("build")
    #expect(try steps(bench, ["project:image", "--last"]).map(\.line) == foretold.map(\.line))
  }

  /// It is not kept, and a change of it is seen nevertheless.
  @Test func aHiddenArgumentIsAReasonBesideOthers() throws {
    let bench = try Workbench()
    try bench.importBase()
    try bench.write("Dockerfile", "FROM base:1\nARG TOKEN\nARG A\nRUN echo\n")
    let (first, second) = (["TOKEN=one", "A=1"], ["TOKEN=two", "A=2"])
    func options(_ values: [String]) -> [String] { values.flatMap { ["--build-arg", $0] } }
    #expect(try bench.start(["build"] + options(first)).wait().succeeded)
    let foretold = try steps(bench, ["project:image"] + options(second))
    #expect(foretold.last?.reasons == ["A changed: 1 → 2", "TOKEN changed"])
    let open = try steps(bench, ["project:image"] + options([first[0], second[1]]))
    #expect(open.last?.reasons == ["A changed: 1 → 2"])
  }

  @Test func undoneEditsAreForetoldToBeReused() throws {
    let bench = try project()
    try bench.does("build")
    try bench.write("src/main", "2\n")
    try bench.does("build")
    try bench.write("src/main", "true # 1\n")
    let foretold = try steps(bench, ["project:image"])
    #expect(foretold.filter(\.isExecuted).isEmpty)
    let reasons = foretold.filter { !$0.reasons.isEmpty }.map(\.line)
    #expect(reasons.first == "COPY src src: it was done before with what there is now")
  }

  /// Beyond some thousand files, a look does not work out what a COPY would leave.
  @Test func aLargeCopyIsForetold() throws {
    let bench = try project()
    for number in 0..<4_100 {
      let path = "\(bench.project)/data/\(number)"
      _ = FileManager.default.createFile(atPath: path, contents: Data("\(number)".utf8))
    }
    try bench.does("build")
    try bench.write("src/main", "2\n")
    let first = try steps(bench, ["project:image"])
    #expect(first.filter(\.isExecuted).map(\.instruction).count == 2)
    #expect(first.last?.outcome == "reused")
    try bench.does("build")
    #expect(try steps(bench, ["project:image", "--last"]).map(\.line) == first.map(\.line))
    try bench.write("data/77", "other")
    let second = try steps(bench, ["project:image"])
    #expect(second.filter(\.isExecuted).map(\.line) == ["COPY data data: it takes data/77"])
  }

  @Test func anEditIsSaidToCostWhatItCosts() throws {
    let bench = try project()
    try bench.write(".dockerignore", "# none\n*.log\n!keep.log\n")
    try bench.does("build")
    for (path, expected) in [
      ("src/main", "[stage-1 3/5] COPY src src takes it\n  it would cost about "),
      ("data", "  it would cost almost nothing, 1 step:"), ("other", "no step takes it"),
      ("a.log", "'*.log' leaves it out (.dockerignore:2)"),
      ("keep.log", "there is no such file, and no step would take it"),
      ("../x", "it is not in the context"),
      (".runctl/state.db", "it is runctl's own"), ("Dockerfile", "it is the Dockerfile"),
      ("src/new", "[stage-1 3/5] COPY src src takes it"),
    ] {
      let result = try bench.does("explain", "--edit", path)
      #expect(result.output.contains(expected), "\(path): \(result)")
    }
    let cost = try bench.does("explain", "--edit", "src/main").output
    #expect(cost.contains(", 2 steps:\n"))
  }

  /// An address with a password is as secret as a password.
  @Test func passwordsInAddressesAreNowhere() throws {
    let bench = try Workbench()
    try bench.importBase()
    try bench.write("Dockerfile", "FROM base:1\nARG IDX\nRUN echo >idx\n")
    let options = ["--build-arg", "IDX=https://user:pw12345@host/"]
    #expect(try bench.start(["build"] + options).wait().succeeded)
    let other = ["--build-arg", "IDX=https://user:pw12346@other/"]
    let told = try bench.start(["explain", "--json"] + other).wait().output
    #expect(told.contains("IDX changed") && !told.contains("pw1234"), "\(told)")
    #expect(try bench.start(["build"] + other).wait().succeeded)
    let later = try bench.does("history").output + bench.does("explain", "--last").output
    #expect(!later.contains("pw1234"), "\(later)")
    #expect(try bench.filesHolding("pw1234", below: bench.project + "/.runctl") == [])
    let holding = try bench.filesHolding("pw1234", below: bench.home)
    #expect(holding.filter { $0.contains(".db") } == [])
  }

  @Test func aPushAndARunAreExplainedByTheImageBeforeThem() throws {
    let bench = try project()
    try bench.does("train", "src/main")
    #expect(try bench.does("explain", "project:run").output.contains("up to date since"))
    try bench.write("src/main", "true\n")
    #expect(
      try bench.does("explain", "project:run").output
        .contains("project:image would be built first"))
    try bench.does("build")
    let now = try bench.does("explain", "project:run").output
    #expect(now.contains("  image changed: "), "\(now)")
    #expect(now.contains("  because project:image was made as #3: src/main was edited\n"))
    try bench.does("train", "src/main", "-e", "LR=1")
    #expect(try bench.does("explain", "project:run").output.contains("up to date since"))
  }

  // MARK: The project

  private func project() throws -> Workbench {
    let bench = try Workbench()
    try bench.importBase()
    try bench.write([
      "Dockerfile": Self.dockerfile, "requirements.txt": "1\n", "src/main": "true # 1\n",
      "data/a": "1\n", "other": "1\n",
    ])
    return bench
  }

  private struct Explained: Decodable {
    struct Target: Decodable {
      let steps: [Step]
    }
    let targets: [Target]
  }

  private struct Step: Decodable {
    let instruction: String
    let outcome: String
    let reasons: [String]

    var isExecuted: Bool { outcome == "executed" }
    var line: String {
      reasons.isEmpty ? instruction : "\(instruction): \(reasons.joined(separator: "; "))"
    }
  }

  private func steps(_ bench: Workbench, _ arguments: [String]) throws -> [Step] {
    let result = try bench.start(["explain", "--json"] + arguments).wait()
    let explained = try JSONDecoder().decode(Explained.self, from: Data(result.output.utf8))
    return try #require(explained.targets.first, "\(result)").steps
  }
}
