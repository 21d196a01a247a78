import FileSystem
import Foundation
import Testing

/// Scripts in the image.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct TrainTests {
  private func bench(_ files: [String: String] = [:]) throws -> Workbench {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write(files)
    return bench
  }

  @Test func theSecondTrainIsUpToDateThoughEverythingIsCopied() throws {
    let bench = try bench([
      "train.py": "mkdir -p outputs\necho model >outputs/model.bin\ntool\n",
      ".runctl.toml": "[images.project.run]\noutputs = [\"outputs\"]\n",
    ])
    let first = try bench.does("train", "train.py")
    #expect(first.output.contains("a tool from pip\n"))
    #expect(first.output.contains("train train.py: done"))
    #expect(try bench.read("outputs/model.bin") == "model\n")
    #expect(bench.has(".dockerignore") == false)

    let second = try bench.does("train", "train.py")
    #expect(second.output.contains("project: up to date"))
    #expect(second.output.contains("train train.py: up to date"))
    #expect(second.output.contains("a tool from pip") == false)
    #expect(try bench.runctl("train", "-q", "train.py").code == 0)
  }

  @Test(arguments: [
    ("an edit", "train.py was edited"), ("an argument", "it never ran to success"),
    ("an output that is gone", "outputs"),
  ])
  func whatChangedIsTrainedAgain(change: String, reason: String) throws {
    let bench = try bench([
      "train.py": "mkdir -p outputs\necho $1 >outputs/model.bin\n",
      ".runctl.toml": "[images.project.run]\noutputs = [\"outputs\"]\n",
    ])
    try bench.does("train", "train.py", "--", "one")
    var argument = "one"
    switch change {
    case "an edit":
      try bench.write("train.py", "mkdir -p outputs\necho edited $1 >outputs/model.bin\n")
    case "an argument": argument = "two"
    default: try bench.remove("outputs")
    }
    #expect(try bench.runctl("train", "-q", "train.py", "--", argument).code == 3)
    let again = try bench.does("train", "train.py", "--", argument)
    #expect(again.output.contains("train train.py: done"))
    #expect(again.errors.contains(reason))
    #expect(try bench.read("outputs/model.bin").hasSuffix("\(argument)\n"))
  }

  @Test(arguments: [("exit 3\n", 3), ("exec sh -c 'sh -c \"kill -9 \\$\\$\"; exit $?'\n", 137)])
  func theScriptsExitCodeIsOurs(script: String, code: Int32) throws {
    let bench = try bench(["train.py": script])
    #expect(try bench.runctl("train", "train.py").code == code)
    // What failed is not up to date.
    #expect(try bench.runctl("train", "train.py").code == code)
    #expect(try bench.runctl("train", "-q", "train.py").code == 3)
  }

  @Test func runPassesOnTheExitCodeAndTheOutput() throws {
    let bench = try bench()
    let failed = try bench.runctl("run", "--", "sh", "-c", "echo out; echo err >&2; exit 7")
    #expect(failed.code == 7)
    #expect(failed.output.hasSuffix("out\n"))
    #expect(failed.errors.contains("err\n"))
    #expect(try bench.does("run").output.contains("training hello\n"))
  }

  @Test(arguments: [
    "a b", "it's", "say \"hi\"", "two\nlines", "ünïcödé 訓練 🚂", "$HOME `id` \\n", "*", "--flag=x",
    "",
  ])
  func textArrivesAsItIs(text: String) throws {
    let script = "printf '%s' \"$1\" | od -An -tx1; printf '%s' \"$TEXT\" | od -An -tx1\n"
    let bench = try bench(["train.py": script])
    let result = try bench.does("train", "-e", "TEXT=\(text)", "train.py", "--", text)
    let bytes = result.output.split(separator: "\n").filter { $0.hasPrefix(" ") }
      .joined().split(separator: " ").joined()
    let expected = Array(text.utf8).map { String(format: "%02x", $0) }.joined()
    #expect(bytes == expected + expected, "\(result)")
  }

  @Test func aScriptThatIsNowhereIsNamed() throws {
    let bench = try bench()
    let missing = try bench.runctl("train", "nowhere.py")
    #expect((201...209).contains(missing.code), "\(missing)")
    #expect(missing.errors.contains("nowhere.py"))
  }

  @Test func aScriptThatIsNotInTheImageIsNamed() throws {
    let bench = try bench([".dockerignore": "secret.py\n", "secret.py": "true\n"])
    let ignored = try bench.runctl("train", "secret.py")
    #expect((201...209).contains(ignored.code), "\(ignored)")
    #expect(ignored.errors.contains("secret.py"))
    #expect(ignored.errors.contains("help: "))
  }

  @Test func aBuildThatFailsIsNoFailureOfTheScript() throws {
    let bench = try bench()
    try bench.write("Dockerfile", "FROM base:1\nCOPY . .\nRUN exit 5\n")
    #expect(try bench.runctl("train", "train.py").code == 201)
    try bench.write("Dockerfile", "FROM base:1\nCOPY nothing .\n")
    #expect(try bench.runctl("run").code == 201)
  }

  @Test func theUsersFilesAndVolumesAreSeen() throws {
    let bench = try bench(["train.py": "cat /data/digits.csv; id -u; pwd\n"])
    try bench.write(
      ".runctl.toml", "[images.project.run]\nvolumes = [\"./data:/data:ro\"]\n")
    let result = try bench.does("train", "train.py")
    #expect(result.output.contains("1,2,3\n0\n/workspace\n"), "\(result)")
  }

  @Test(.enabled(if: Machine.has("python3"), "python3 is needed"))
  func withoutADockerfileTheMachinesPythonTrains() throws {
    let bench = try Workbench()
    try bench.write("train.py", "import sys\nprint('trained', sys.argv[1:])\nsys.exit(0)\n")
    let first = try bench.does("train", "train.py", "--", "a b")
    #expect(first.output.contains("trained ['a b']"))
    #expect(first.errors.contains("there is no Dockerfile: training with this machine's Python"))
    // What it can read there is not declared, so it is never skipped.
    let second = try bench.does("train", "train.py", "--", "a b")
    #expect(second.output.contains("trained ['a b']"))
    #expect(second.errors.contains("without a container it can read anything"))
    let asking = try bench.does("train", "--engine", "docker", "--gpus", "1", "train.py")
    #expect(asking.errors.contains("nothing comes of --engine docker, --gpus"), "\(asking)")
    try bench.write("train.py", "import sys\nsys.exit(9)\n")
    #expect(try bench.runctl("train", "train.py").code == 9)
  }

  @Test func aScriptWithoutAContainerIsKnownByItsPathFromTheRoot() throws {
    let bench = try Workbench()
    try bench.write(".runctl.toml", "")
    try bench.write("train.sh", "echo from the root\n")
    try bench.write("sub/train.sh", "echo from below\n")
    #expect(try bench.does("train", "-C", "sub", "train.sh").output.contains("from below\n"))
    #expect(try bench.does("runs", "ls").output.contains("sub/train.sh"))
    #expect(try bench.does("runs", "replay", "latest").output == "from below\n")
    #expect(try bench.does("train", "train.sh").output.contains("from the root\n"))
  }
}
