import FileSystem
import Foundation
import Testing

/// make's switches, and that looking changes nothing.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct SwitchTests {
  private struct Report: Decodable {
    struct Row: Decodable {
      let target: String
      let kind: String
      let state: String
      let reasons: [String]
      let output: String?
    }

    let schemaVersion: Int
    let targets: [Row]
  }

  private func bench() throws -> Workbench {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    return bench
  }

  /// The state's database, with what was not yet moved into it.
  private func state(_ bench: Workbench) throws -> [[UInt8]?] {
    try ["state.db", "state.db-wal"].map {
      try FileTree.readIfPresent("\(bench.project)/.runctl/\($0)")
    }
  }

  @Test(arguments: [
    ["build", "-n"], ["build", "-q"], ["build", "-nB"], ["status"], ["status", "--json"],
    ["status", "--check"], ["train", "-n", "train.py"], ["train", "-q", "train.py"],
    ["run", "-n"],
  ])
  func lookingLeavesTheStateAsItIs(arguments: [String]) throws {
    let bench = try bench()
    _ = try bench.start(arguments).wait()
    #expect(bench.has(".runctl/state.db") == false)

    try bench.does("build")
    let built = try state(bench)
    _ = try bench.start(arguments).wait()
    #expect(try state(bench) == built)

    try bench.write("train.py", "echo edited\n")
    _ = try bench.start(arguments).wait()
    #expect(try state(bench) == built)
  }

  @Test func alwaysMakeDoesEveryStepAndGivesTheSame() throws {
    let bench = try bench()
    let first = try bench.does("build")
    let second = try bench.does("build", "-B")
    #expect(second.errors.contains("-B was given"))
    #expect(second.errors.contains("RUN pip install"))
    #expect(try bench.digest(second) == bench.digest(first))
    #expect(try bench.does("build").output.contains("up to date"))
  }

  @Test func questionIsSilent() throws {
    let bench = try bench()
    for code: Int32 in [3, 0] {
      let asked = try bench.runctl("build", "-q")
      #expect(asked.code == code)
      #expect(asked.output + asked.errors == "")
      try bench.does("build")
    }
  }

  @Test func statusSaysWhatAndWhy() throws {
    let bench = try bench()
    #expect(try bench.runctl("status").output.contains("project:image  never made"))
    #expect(try bench.runctl("status", "--check").code == 3)

    let digest = try bench.digest(try bench.does("build"))
    #expect(try bench.does("status").output.contains("project:image  up to date"))
    #expect(try bench.runctl("status", "--check").code == 0)

    try bench.write("train.py", "echo edited\n")
    #expect(try bench.runctl("status").output.contains("    train.py was edited"))
    let checked = try bench.runctl("status", "--check", "--json")
    #expect(checked.code == 3)
    let report = try JSONDecoder().decode(Report.self, from: Data(checked.output.utf8))
    #expect(report.schemaVersion == 1)
    let image = try #require(report.targets.first { $0.kind == "image" })
    #expect(image.state == "out of date")
    #expect(image.reasons == ["train.py was edited"])

    try bench.write("train.py", try #require(ExampleProject.files["train.py"]))
    let again = try bench.does("status", "--json")
    let after = try JSONDecoder().decode(Report.self, from: Data(again.output.utf8))
    #expect(after.targets.first?.output?.hasPrefix("sha256:" + digest) == true)
  }

  @Test func namesAreGivenAlsoWhenUpToDate() throws {
    let bench = try bench()
    try bench.does("build")
    let tagged = try bench.does("build", "-t", "mine:1")
    #expect(tagged.output.contains("up to date"))
    #expect(try bench.does("images", "ls", "--quiet").output == "base:1\nmine:1\n")
    #expect(try bench.does("tag", "-t", "mine:2").output.contains("tagged mine:2"))
    try bench.does("images", "rm", "mine:1")
    #expect(try bench.does("images", "ls", "--quiet").output == "base:1\nmine:2\n")
    try bench.does("build", "-t", "mine:1")
    #expect(try bench.does("images", "ls", "--quiet").output == "base:1\nmine:1\nmine:2\n")
  }

  @Test func oneImageOfSeveralIsChosen() throws {
    let bench = try bench()
    try bench.write(
      ".runctl.toml",
      """
      [images.trainer]
      requirements = ["requirements.txt"]
      [images.installed]
      target = "builder"
      build_args = { GREETING = "salut" }

      """)
    let one = try bench.does("build", "installed")
    #expect(one.output.contains("installed: built"))
    #expect(one.output.contains("trainer") == false)
    let both = try bench.does("build")
    #expect(both.output.contains("installed: up to date"))
    #expect(both.output.contains("trainer: built"))
    try bench.write("requirements.txt", "numpy==2\n")
    #expect(
      try bench.does("build", "-n", "trainer").output
        == "trainer: would be built\n  requirements.txt was edited\n")
    let unknown = try bench.runctl("build", "trainr")
    #expect(unknown.code == 2)
    #expect(unknown.errors.contains("trainer"))
  }
}
