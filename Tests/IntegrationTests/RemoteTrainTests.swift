import FileSystem
import Foundation
import Testing

/// Trains on an instance, from an edited script to its exit code.
@Suite(
  .enabled(if: Machine.canUseEC2, "\(Machine.needsEC2)"), .onEC2, .serialized)
struct RemoteTrainTests {
  private let machine: EC2Machine

  init() throws { machine = try #require(EC2Machine.current) }

  private func bench(
    _ files: [String: String] = [:], settings: String = "", bucket: String? = nil
  ) throws -> Workbench {
    let bench = try machine.workbench()
    try ExampleProject.make(in: bench)
    try bench.write(
      ".runctl.toml",
      "[docker]\necr_registry = \"\(machine.registry.host)\"\n[aws]\n"
        + (bucket.map { "s3_bucket = \"\($0)\"\n" } ?? "") + settings)
    try bench.write(files)
    return bench
  }

  private func makeBucket(_ name: String) throws {
    let made = try machine.aws("s3", "mb", "s3://\(name)")
    try #require(made.succeeded, "\(made)")
  }

  private func train(_ bench: Workbench, _ arguments: String...) throws -> ProgramResult {
    try bench.start(["aws", "train", machine.instance] + arguments).wait()
  }

  /// A start takes its time on a busy machine.
  private func hasBegun(_ program: Program) -> Bool {
    (0..<4).contains { _ in eventually { program.outputSoFar.contains("begun\n") } }
  }

  /// Prints, and waits to be let go.
  private static let waits = "echo begun\nwhile [ ! -e /go ]; do sleep 0.1; done\necho ended\n"

  private func letGo(_ id: some StringProtocol) throws {
    let result = try machine.docker.docker(["exec", "runctl-\(id)", "touch", "/go"])
    try #require(result.succeeded, "\(result)")
  }

  // MARK: In an image

  @Test func anEditedScriptPushesOneLayerAndRuns() throws {
    let bench = try bench(["train.py": "echo first $GREETING\n"])
    let first = try train(bench, "train.py")
    try #require(first.succeeded, "\(first)")
    #expect(first.output.contains("first hello\n"))
    #expect(first.output.contains("train train.py: done"))
    #expect(first.errors.contains("account \(EC2Machine.account), region \(EC2Machine.region)"))
    #expect(first.errors.contains(machine.instance))

    let second = try train(bench, "train.py")
    try #require(second.succeeded, "\(second)")
    #expect(second.output.contains("train train.py: up to date"))
    #expect(second.output.contains("first hello") == false)
    #expect(try train(bench, "-q", "train.py").code == 0)

    let before = try machine.registry.blobs()
    try bench.write("train.py", "echo second $GREETING\n")
    #expect(try train(bench, "-q", "train.py").code == 3)
    let third = try train(bench, "train.py")
    try #require(third.succeeded, "\(third)")
    #expect(third.output.contains("second hello\n"))
    // A layer, the configuration, the manifest.
    #expect(try machine.registry.blobs().subtracting(before).count == 3)

    let forced = try train(bench, "-B", "train.py")
    #expect(forced.output.contains("second hello\n"), "\(forced)")
  }

  @Test(arguments: [(1, "exit 1"), (3, "exit 3"), (143, "kill -TERM $$")] as [(Int32, String)])
  func theScriptsCodeIsOurs(code: Int32, line: String) throws {
    let bench = try bench(["train.py": "trap 'exit 143' TERM\necho before\n\(line)\n"])
    let result = try train(bench, "train.py")
    #expect(result.code == code, "\(result)")
    #expect(result.output.contains("before\n"))
    #expect(result.errors.contains("failed"))
    #expect(try train(bench, "-q", "train.py").code == 3)
  }

  @Test func whateverIsGivenArrivesUnchanged() throws {
    let hostile = ["a b", "it's", "\"q\"", "$(touch x)", "`id`", "line\nbreak", "ü", "", "*", "-x"]
    let bench = try bench(["train.py": "for a in \"$@\"; do printf '<%s>' \"$a\"; done\nenv\n"])
    let result = try bench.start(
      [
        "aws", "train", "-e", "ODD=it's $(id)\n\"x\"", "-e", "API_TOKEN=hush$PATH",
        machine.instance, "train.py", "--",
      ] + hostile
    ).wait()
    try #require(result.succeeded, "\(result)")
    #expect(result.output.contains(hostile.map { "<\($0)>" }.joined()), "\(result)")
    #expect(result.output.contains("ODD=it's $(id)\n\"x\"\n"))
    #expect(result.output.contains("API_TOKEN=hush$PATH\n"))
    #expect(try machine.sentCommands().joined().contains("hush") == false)
  }

  @Test func anImageOfTheRegistryIsNotBuilt() throws {
    let bench = try bench(["train.py": "echo from the registry\n"])
    let name = "\(machine.registry.host)/named:1"
    try bench.does("push", "-t", name)
    let builder = bench.project
    bench.project += "-elsewhere"
    try FileTree.makeDirectories(bench.project)
    try bench.write(
      ".runctl.toml", "[docker]\necr_registry = \"\(machine.registry.host)\"\n")
    let result = try train(bench, "train.py", "--docker-image", name)
    try #require(result.succeeded, "\(result)")
    #expect(result.output.contains("from the registry\n"))
    let again = try train(bench, "train.py", "--docker-image", name)
    #expect(again.output.contains("up to date"), "\(again)")
    bench.project = builder
  }

  // MARK: Checks

  @Test func nothingIsSentToAnInstanceThatDoesNotAnswer() throws {
    let bench = try bench()
    try machine.setOnline(false)
    defer { try? machine.setOnline(true) }
    let before = try machine.registry.blobs()
    let result = try train(bench, "train.py")
    #expect(result.code == 210, "\(result)")
    #expect(result.errors.contains("[preflight]"))
    #expect(result.output.contains("built") == false, "it was known before the build")
    #expect(try machine.registry.blobs() == before)
    #expect(try bench.does("runs").output.contains("train.py") == false)
  }

  // MARK: Without one

  @Test func codeGoesByS3AndRunsInItsFolder() throws {
    try makeBucket("code-bucket")
    let bench = try bench(
      [
        "training/deep/train.py":
          "import helper, os, sys\nprint(helper.word, os.path.exists('.git'), sys.argv[1:])\n",
        "training/deep/helper.py": "word = 'helped'\n", ".git/HEAD": "ref: refs/heads/main\n",
        ".dockerignore": "data\n",
      ], bucket: "code-bucket")
    let result = try train(bench, "--no-docker", "training/deep/train.py", "--", "a b")
    try #require(result.succeeded, "\(result)")
    #expect(result.output.contains("helped False ['a b']\n"), "\(result)")
    let again = try train(bench, "--no-docker", "training/deep/train.py")
    #expect(again.output.contains("code: up to date"), "\(again)")
    let narrow = try train(
      bench, "--no-docker", "--include-pattern", "train.py", "training/deep/train.py")
    #expect(narrow.code == 1, "\(narrow)")
    #expect(narrow.output.contains("No module named 'helper'"))
  }

  @Test func privateFilesStayHere() throws {
    try makeBucket("private-bucket")
    let bench = try bench(
      [
        "train.py":
          "import os, secrets_of\nprint(sorted(os.listdir('.')), os.path.exists('d/.env'))\n",
        "secrets_of.py": "", ".env": "A=1\n", "d/.env": "A=2\n", "id_rsa": "k\n",
        ".aws/credentials": "k\n", "key.pem": "k\n",
      ], bucket: "private-bucket")
    let result = try train(bench, "--no-docker", "train.py")
    try #require(result.succeeded, "\(result)")
    #expect(result.output.contains("'secrets_of.py'") && result.output.contains("] False\n"))
    for name in ["'.env'", "'id_rsa'", "'key.pem'"] {
      #expect(result.output.contains(name) == false)
      #expect(result.errors.contains(name))
    }
    let named = try train(
      bench, "--no-docker", "--include-pattern", "**", "--include-pattern", "d/.env", "train.py")
    #expect(named.output.contains("] True\n"), "\(named)")
    #expect(named.output.contains("'key.pem'") == false)
  }

  @Test func withoutABucketTheKeyIsNamed() throws {
    let result = try train(try bench(), "--no-docker", "train.py")
    #expect(result.code == 202, "\(result)")
    #expect(result.errors.contains("s3_bucket"))
    #expect(result.errors.contains("[no-bucket]"))
  }

  // MARK: Outputs

  @Test func outputsComeBack() throws {
    try makeBucket("output-bucket")
    let bench = try bench(
      ["train.py": "mkdir -p outputs\necho weights >outputs/model.bin\n"],
      settings: "[images.project.run]\noutputs = [\"outputs\"]\n", bucket: "output-bucket")
    let result = try train(bench, "train.py")
    try #require(result.succeeded, "\(result)")
    #expect(try bench.read("outputs/model.bin") == "weights\n")
    #expect(try train(bench, "-q", "train.py").code == 0)
    try bench.write("outputs/model.bin", "changed\n")
    #expect(try train(bench, "-q", "train.py").code == 3)
  }

  @Test func aFileIsTakenAtTheEnd() throws {
    try makeBucket("file-bucket")
    let bench = try bench(
      [
        "train.py": "echo weights >model.bin\n",
        "host.py": "open('host.bin', 'w').write('here')\n",
      ],
      settings: "[images.project.run]\noutputs = [\"model.bin\", \"host.bin\"]\n",
      bucket: "file-bucket")
    let result = try train(bench, "train.py")
    try #require(result.succeeded, "\(result)")
    #expect(try bench.read("model.bin") == "weights\n")
    #expect(bench.has("host.bin") == false)
    let host = try train(bench, "--no-docker", "host.py")
    try #require(host.succeeded, "\(host)")
    #expect(try bench.read("host.bin") == "here")
  }

  // MARK: Turning away

  @Test func whoWasKilledComesBack() throws {
    let bench = try bench(["train.py": Self.waits + "exit 3\n"])
    let program = try bench.start(["aws", "train", machine.instance, "train.py"])
    #expect(hasBegun(program), "\(program.errorsSoFar)")
    program.kill(SIGKILL)
    _ = try program.wait()
    let runs = try FileManager.default.contentsOfDirectory(atPath: "\(bench.project)/.runctl/runs")
    let id = try #require(runs.first)
    try letGo(id)
    let attached = try bench.runctl("attach", "--from-start", id)
    #expect(attached.code == 3, "\(attached)")
    #expect(attached.output == "begun\nended\n")
    #expect(try bench.read(".runctl/runs/\(id)/log") == "begun\nended\n")
    #expect(try bench.does("runs").output.contains("3"))
  }

  @Test func interruptedItGoesOn() throws {
    let bench = try bench(["train.py": Self.waits])
    let program = try bench.start(["aws", "train", machine.instance, "train.py"])
    #expect(hasBegun(program), "\(program.errorsSoFar)")
    program.kill(SIGINT)
    let result = try program.wait()
    #expect(result.code == 130, "\(result)")
    #expect(result.output.contains("ended") == false)
    #expect(result.errors.contains("goes on"))
    #expect(result.errors.contains("runctl attach "))
    let id = try #require(result.errors.firstMatch(of: /runctl attach (\S+)/)).1
    try letGo(id)
    #expect(
      eventually { FileTree.exists("\(machine.runs)/\(id)/ending") })
    #expect(
      String(decoding: try FileTree.read("\(machine.runs)/\(id)/ending"), as: UTF8.self)
        == "exited 0\n")
  }

  @Test func interruptedItStopsWhenThatIsWanted() throws {
    let bench = try bench(["train.py": "trap 'exit 9' TERM\necho begun\nsleep 60 & wait\n"])
    let program = try bench.start(
      ["aws", "train", "--stop-on-interrupt", machine.instance, "train.py"])
    #expect(hasBegun(program), "\(program.errorsSoFar)")
    program.kill(SIGINT)
    let result = try program.wait()
    #expect(result.code == 9, "\(result)")
    #expect(result.errors.contains("stopped"))
  }

  @Test func nobodyNeedsToWait() throws {
    let bench = try bench(["train.py": "echo quiet\n"])
    let result = try train(bench, "--no-wait", "train.py")
    #expect(result.code == 0, "\(result)")
    #expect(result.output.contains("started"))
    #expect(result.output.contains("quiet") == false)
    #expect(result.errors.contains("runctl attach "))
  }

  // MARK: Twice

  private func runs(_ bench: Workbench) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(bench.project)/.runctl/runs")
  }

  @Test func whatGoesOnIsNotStartedAgain() throws {
    let bench = try bench(["train.py": Self.waits])
    try #require(try train(bench, "--no-wait", "train.py").succeeded)
    let id = try #require(try runs(bench).first)
    let left = try train(bench, "--no-wait", "train.py")
    #expect(left.succeeded && left.errors.contains("run \(id) does this already"), "\(left)")
    let same = try bench.start(["aws", "train", machine.instance, "train.py"])
    #expect(hasBegun(same), "\(same.errorsSoFar)")
    try letGo(id)
    let result = try same.wait()
    #expect(result.succeeded && result.output.contains("ended\n"), "\(result)")
    #expect(try train(bench, "train.py").output.contains("up to date"))
    #expect(try runs(bench) == [id])
  }

  @Test func whatEndedUnseenIsNotRepeated() throws {
    let bench = try bench(["train.py": "echo quiet\n"])
    try #require(try train(bench, "--no-wait", "train.py").succeeded)
    let id = try #require(try runs(bench).first)
    #expect(eventually { FileTree.exists("\(machine.runs)/\(id)/ending") })
    let same = try train(bench, "train.py")
    #expect(same.succeeded && same.output.contains("up to date"), "\(same)")
    #expect(try runs(bench) == [id])
    #expect(try train(bench, "-B", "train.py").output.contains("quiet\n"))
  }

  @Test(arguments: ["i-1; id", "trainer", "", "--help-me"])
  func whatIsNoInstanceIsRefused(name: String) throws {
    let bench = try bench()
    let result = try bench.start(["aws", "train", name, "train.py"]).wait()
    #expect(result.code == 202, "\(result)")
  }
}
