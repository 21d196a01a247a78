import FileSystem
import Testing

/// The project's configuration, the person's own below it, and what is said about them.
@Suite(.enabled(if: Machine.canImport, "\(Machine.needsImport)"))
struct ConfigurationFileTests {
  private func bench() throws -> Workbench {
    let bench = try Workbench()
    try bench.importBase()
    try bench.write(["Dockerfile": "FROM base:1\nARG WHO=nobody\nLABEL who=$WHO\n"])
    return bench
  }

  private func writeOwn(_ text: String, for bench: Workbench) throws -> String {
    let path = "\(bench.folder)/.config/runctl/config.toml"
    try FileTree.makeDirectories(FileTree.parentPath(of: path))
    try FileTree.replace(path, with: Array(text.utf8))
    return path
  }

  @Test func aPersonsOwnCountsBelowTheProjects() throws {
    let bench = try bench()
    let without = try bench.digest(bench.does("build"))

    let path = try writeOwn("[docker]\nbuild_args = [\"WHO=me\"]\n", for: bench)
    #expect(try bench.runctl("build", "-q").code == 3)
    let own = try bench.does("build")
    #expect(own.errors.contains("WHO"))
    #expect(try bench.digest(own) != without)
    #expect(try bench.does("build").output.contains("up to date"))
    #expect(try bench.does("detect").output.contains("your own:    \(path)"))

    try bench.write(".runctl.toml", "[docker]\nbuild_args = [\"WHO=project\"]\n")
    let project = try bench.digest(bench.does("build"))
    #expect(try bench.digest(own) != project)
    _ = try writeOwn("[docker]\nbuild_args = [\"WHO=nobody\"]\n", for: bench)
    #expect(try bench.does("build").output.contains("up to date"))

    try bench.remove(".runctl.toml")
    #expect(try bench.digest(bench.does("build")) == without)
    bench.environment["XDG_CONFIG_HOME"] = "\(bench.folder)/elsewhere"
    #expect(try bench.digest(bench.does("build")) == without)
  }

  @Test func aMistakeNamesTheRightFile() throws {
    let bench = try bench()
    try bench.write(".runctl.toml", "[aws]\nregion = \"us-east-1\"\n")
    let path = try writeOwn("[docker]\n\nbuild_arg = []\n", for: bench)
    for arguments in [["build"], ["build", "-q"], ["status"]] {
      let result = try bench.start(arguments).wait()
      #expect(result.code == 2)
      #expect(result.errors.contains("\(path):3:1: error: unknown key 'build_arg' in [docker]"))
    }
    _ = try writeOwn("[images.project]\ntarget = \"x\"\n", for: bench)
    let result = try bench.runctl("build")
    #expect(result.code == 2)
    #expect(result.errors.contains("\(path):1:2: error: unknown table 'images'"))
    #expect(result.errors.contains("belongs in the '.runctl.toml' of a project"))
  }

  @Test func whatIsNotDoneHereIsToldOnce() throws {
    let bench = try bench()
    let spot = "'aws.use_spot' has no effect"
    let ami = "'aws.default_ami' has no effect"
    let engine = "'engine' has no effect yet"
    try bench.write(".runctl.toml", "engine = \"docker\"\n[aws]\nuse_spot = true\n")

    // Looking remembers nothing.
    for _ in 0..<2 { #expect(try bench.does("build", "-n").errors.contains(spot)) }
    #expect(try !bench.runctl("build", "-q").errors.contains(spot))
    #expect(!bench.has(".runctl/told"))

    let first = try bench.does("build")
    #expect(first.errors.contains(".runctl.toml:3:1: warning: \(spot) [no-effect]"))
    #expect(first.errors.contains("help: no instance is made here"))
    let second = try bench.does("build")
    #expect(!second.errors.contains(spot))
    #expect(second.errors.contains(engine))
    #expect(try !bench.does("build", "-n").errors.contains(spot))

    try bench.write(
      ".runctl.toml", "[aws]\nuse_spot = true\ndefault_ami = \"ami-1\"\n[images.other]\n")
    let third = try bench.does("build")
    #expect(third.errors.contains(ami))
    #expect(!third.errors.contains(spot))
    #expect(try !bench.does("build").errors.contains("no effect"))
  }

  @Test func aStateThatCannotBeWrittenIsToldEachTime() throws {
    let bench = try bench()
    try bench.write(".runctl.toml", "[aws]\nuse_spot = true\n")
    try bench.does("build")
    try bench.remove(".runctl/told")
    try FileTree.makeDirectories("\(bench.project)/.runctl/told")
    for _ in 0..<2 { #expect(try bench.does("build").errors.contains("'aws.use_spot'")) }
  }
}

/// `[monitoring] log_dir`.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct LogDirectoryTests {
  @Test func eachRunLeavesItsLogThereAndTheImageDoesNotChange() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write(".runctl.toml", "[monitoring]\nlog_dir = \"logs\"\n")
    try bench.write("train.py", "echo trained; exit 3\n")
    func logs() throws -> [String] {
      try Directory.entries(of: "\(bench.project)/logs")
        .map { String(decoding: $0.name, as: UTF8.self) }
    }
    #expect(try bench.runctl("train", "train.py").code == 3)
    let first = try #require(try logs().first)
    #expect(first.hasSuffix(".log"))
    #expect(try bench.read("logs/\(first)") == "trained\n")
    #expect(try bench.does("build").output.contains("up to date"))

    try bench.does("run", "--", "sh", "-c", "echo hello")
    let second = try #require(try logs().first { $0 != first })
    #expect(try bench.read("logs/\(second)") == "hello\n")
    #expect(try bench.does("build").output.contains("up to date"))

    try bench.write(".runctl.toml", "[monitoring]\nlog_dir = \"Dockerfile\"\n")
    let refused = try bench.does("run", "--", "sh", "-c", "echo hello")
    #expect(refused.errors.contains("warning: the log of run"))
    #expect(refused.errors.contains("[log-not-copied]"))
  }
}

/// `runctl docker …`: the familiar spellings.
@Suite(.enabled(if: Machine.canRun && Machine.canPush, "\(Machine.needsRun); \(Machine.needsPush)"))
struct DockerGroupTests {
  @Test func theSpellingsStandForTheTargets() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let registry = try RegistryServer(in: bench)
    let place = "\(registry.host)/team/train:1"

    let built = try bench.does("docker", "build", "-t", "trainer:v2")
    #expect(try bench.digest(built) == bench.digest(bench.does("build", "-t", "trainer:v2")))
    #expect(try bench.does("docker", "build-push", "-t", place).output.contains("pushed \(place)"))
    #expect(
      try bench.does("docker", "push", "-t", place).output.contains("push up to date (\(place))"))

    try bench.write("train.py", "exit 3\n")
    #expect(try bench.runctl("docker", "train", "train.py").code == 3)
    try bench.write("train.py", "echo fine\n")
    try bench.does("docker", "train", "train.py")
    #expect(try bench.does("train", "train.py").output.contains("up to date"))
  }

  private static let failures: [(arguments: String, code: Int32)] = [
    ("docker train", 202), ("docker train -j 0 train.py", 202), ("docker train nothing.py", 202),
    ("docker build --nothing", 2), ("docker push -j 0", 2), ("docker nothing", 2), ("docker", 0),
    ("train", 202), ("run --nothing", 202), ("build --nothing", 2),
  ]

  @Test(arguments: failures)
  func theirFailuresHaveTheCodesOfTheTargets(_ arguments: String, _ code: Int32) throws {
    let bench = try Workbench()
    #expect(try bench.start(arguments.split(separator: " ").map(String.init)).wait().code == code)
  }
}
