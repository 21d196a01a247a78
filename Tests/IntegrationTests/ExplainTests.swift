import Foundation
import Testing

/// What `explain` and `history` say of builds, pushes and runs.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct ExplainTests {
  @Test func linesOfRequirementsAreNamedAndPasswordsAreNot() throws {
    let bench = try Workbench()
    try bench.write([
      "Dockerfile": "FROM scratch\nCOPY . /\n",
      "requirements.txt": """
      # what it needs
      numpy==1.0
      torch[cuda]>=2 ; python_version > "3"
      locked==1 \\
          --hash=sha256:1
      own @ https://pypi.example/own?token=hunter2
      --index-url https://me:hunter2@pypi.example/simple
      """,
    ])
    try bench.does("build")
    try bench.write(
      "requirements.txt",
      """
      numpy==1.1
      torch[cuda]>=2 ; python_version > "3"
      pandas
      locked==1 \\
          --hash=sha256:2
      own @ https://pypi.example/own?token=hunter3
      --index-url https://me:hunter3@pypi.example/simple
      """)
    let now = try bench.does("explain", "project:image").output
    #expect(now.contains("  requirements.txt: numpy==1.0 → numpy==1.1\n"))
    #expect(now.contains("  requirements.txt: pandas is new\n"))
    #expect(now.contains("torch") == false && now.contains("index") == false, "\(now)")
    #expect(now.contains("locked") == false && now.contains("own") == false)
    #expect(now.contains("  requirements.txt was edited\n"))
    let everything = try now + bench.does("explain", "--json").output
    #expect(everything.contains("hunter") == false)
    for name in ["state.db", "state.db-wal"] {
      let bytes = FileManager.default.contents(atPath: "\(bench.project)/.runctl/\(name)") ?? Data()
      #expect(bytes.firstRange(of: Data("hunter".utf8)) == nil)
    }
  }

  @Test func secretsAreOnlySaidToHaveChanged() throws {
    let bench = try Workbench()
    try bench.write("Dockerfile", "FROM scratch\nARG API_TOKEN\nCOPY Dockerfile /\n")
    try bench.does("build", "--build-arg", "API_TOKEN=hunter2")
    let now = try bench.does("explain", "--build-arg", "API_TOKEN=hunter3")
    #expect(now.output.contains("  argument API_TOKEN changed\n"), "\(now)")
    let json = try bench.does("explain", "--json", "--build-arg", "API_TOKEN=hunter3").output
    #expect(json.contains("hunter") == false)
    #expect(json.contains("\"argument API_TOKEN changed\""))
  }

  @Test func everyEntryCanBeExplainedLater() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.does("train", "train.py")
    try bench.write("data/more.csv", "7\n")
    try bench.does("train", "train.py")
    try bench.remove("data/more.csv")

    let history = try bench.does("history").output.split(separator: "\n")
    #expect(history.count == 5, "\(history)")
    #expect(history[1].hasPrefix("4 ") && history[1].contains("project:run train.py"))
    #expect(history[2].hasPrefix("3 ") && history[2].hasSuffix("data/more.csv is new"))
    let build = try bench.does("explain", "--run", "3").output
    #expect(build.hasPrefix("project:image  made as #3, "))
    #expect(build.contains("\n  data/more.csv is new\n"))
    #expect(build.contains("\n  unchanged: engine, Dockerfile, "))
    let train = try bench.does("why", "--run", "4").output
    #expect(train.contains("\n  image changed: "))
    let now = try bench.does("explain").output
    #expect(now.contains("  data/more.csv is gone\n"))
  }

  @Test func aCauseIsOfTheSameImageAndEarlier() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    for text in ["echo a\n", "echo b\n", "echo a\n", "echo b\n"] {
      try bench.write("train.py", text)
      try bench.does("train", "train.py")
    }
    // Builds are 1, 3, 5 and 7, and a train follows each.
    for (train, build) in [(4, 3), (6, 5), (8, 7)] {
      let past = try bench.does("explain", "--run", "\(train)").output
      #expect(past.contains("  because project:image was made as #\(build): train.py was edited\n"))
    }
  }

  @Test func aTrainIsTheSameFromWhereverItIsStarted() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write([".runctl.toml": "", "sub/task.py": "echo task\n"])
    try bench.does("train", "sub/task.py")
    let below = try bench.start(["train", "task.py"], in: "\(bench.project)/sub").wait()
    #expect(below.output.contains("up to date"), "\(below)")
    let asked = try bench.start(["explain", "project:run"], in: "\(bench.project)/sub").wait()
    #expect(asked.output.contains("project:run sub/task.py  up to date since"), "\(asked)")
  }

  @Test func aTrainWithASecretArgumentIsNotJudged() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.does("train", "train.py", "--", "--token", "hunter2")
    let now = try bench.does("explain", "project:run").output
    #expect(now.contains("  not known since #2"), "\(now)")
    #expect(now.contains("hunter2") == false)
  }

  @Test func namesThatAreLackingAreSaid() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.does("build")
    #expect(try bench.does("explain").output.contains("project:push") == false)
    try bench.write(".runctl.toml", "[images.project]\ntags = [\"v2\"]\n")
    try bench.does("build", "-n")
    for command in ["explain", "status"] {
      let looked = try bench.does(command).output
      #expect(looked.contains("it would be named project:v2\n"), "\(looked)")
    }
  }

  @Test func whatFailedStandsInTheHistory() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write("train.py", "exit 7\n")
    #expect(try bench.runctl("train", "train.py").code == 7)
    let line = try #require(
      try bench.does("history").output.split(separator: "\n").first { $0.contains(":run ") })
    #expect(line.contains("exit code 7"))
    let id = try #require(line.split(separator: " ").first)
    let past = try bench.does("explain", "--run", String(id)).output
    #expect(past.contains("it did not succeed: exit code 7"))
  }

  @Test func looksAndChangesNothing() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.does("build")
    try bench.write("train.py", "echo other\n")
    let path = "\(bench.project)/.runctl"
    let names = ["state.db", "state.db-wal"]
    let before = names.map { FileManager.default.contents(atPath: "\(path)/\($0)") }
    for arguments in [
      ["explain"], ["explain", "--json"], ["explain", "--last"], ["history"], ["status"],
      ["build", "-n"],
    ] {
      try #require(try bench.start(arguments).wait().succeeded)
    }
    #expect(try bench.runctl("build", "-q").code == 3)
    #expect(names.map { FileManager.default.contents(atPath: "\(path)/\($0)") } == before)
  }

  @Test(arguments: [
    (["--run", "99"], "unknown-entry"), (["project:nothing"], "unknown-target"),
    (["other"], "unknown-image"),
  ])
  func whatIsNotThereIsSaid(arguments: [String], id: String) throws {
    let bench = try Workbench()
    try bench.write("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n")
    let result = try bench.start(["explain"] + arguments).wait()
    #expect(result.code == 2)
    #expect(result.errors.contains("[\(id)]") && result.errors.contains("help: "))
  }
}
