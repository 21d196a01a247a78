import SQLite
import Testing

/// `base_max_age`: a base's tag is asked for again when the answer is old.
@Suite(.enabled(if: Machine.canRun && Machine.canPush, "\(Machine.needsRun); \(Machine.needsPush)"))
struct BaseAgeTests {
  /// A project whose base is in a registry.
  private struct Bench {
    let base: Workbench
    let registry: RegistryServer
    let user: Workbench
    var place: String { "\(registry.host)/base:1" }

    init() throws {
      base = try Workbench()
      try ExampleProject.make(in: base)
      registry = try RegistryServer(in: base)
      user = try Workbench(beside: base)
      try base.does("push", "-t", place)
      try user.write(["Dockerfile": "FROM \(place)\nCOPY extra .\n", "extra": "more\n"])
    }

    func moveBase() throws {
      try base.write("train.py", "echo moved\n")
      try base.does("push", "-t", place)
    }

    func setAge(_ text: String) throws {
      try user.write(".runctl.toml", "base_max_age = \"\(text)\"\n")
    }
  }

  @Test func anAnswerOfNoAgeIsAskedForEachTime() throws {
    let bench = try Bench()
    try bench.setAge("0s")
    let first = try bench.user.digest(bench.user.does("build"))
    let same = try bench.user.does("build")
    #expect(same.output.contains("up to date"))
    #expect(same.errors.contains("asking for \(bench.place)"))
    try bench.moveBase()
    #expect(try bench.user.runctl("build", "-q").code == 3)
    #expect(try bench.user.digest(bench.user.does("build")) != first)
  }

  @Test func aYoungAnswerIsNotAskedForAndAnOldOneIs() throws {
    let bench = try Bench()
    try bench.setAge("1h")
    let first = try bench.user.digest(bench.user.does("build"))
    try bench.moveBase()
    let young = try bench.user.does("build")
    #expect(young.output.contains("up to date"))
    #expect(!young.errors.contains("asking"))
    try bench.user.write("extra", "edited\n")
    let edited = try bench.user.does("build")
    #expect(!edited.errors.contains("asking"))

    try Database(path: "\(bench.user.home)/store.db", mode: .readWrite)
      .execute("UPDATE resolutions SET resolved = resolved - 7200")
    try bench.user.write("extra", "more\n")
    let old = try bench.user.does("build")
    #expect(old.errors.contains("asking for \(bench.place)"))
    #expect(try bench.user.digest(old) != first)
    let again = try bench.user.does("build")
    #expect(again.output.contains("up to date"))
    #expect(!again.errors.contains("asking"))
  }

  @Test func withoutAnAnswerTheOldOneCounts() throws {
    let bench = try Bench()
    try bench.setAge("0s")
    try bench.user.does("build")
    bench.registry.stop()
    let result = try bench.user.does("build")
    #expect(result.output.contains("up to date"))
    #expect(result.errors.contains("warning: cannot ask what \(bench.place) means now"))
    #expect(try bench.user.runctl("build", "--pull").code == 7)
  }

  @Test func whoeverDoesNotAnswerIsNotAskedEachTime() throws {
    let bench = try Bench()
    try bench.setAge("0s")
    try bench.user.does("build")
    bench.registry.stop()
    try Database(path: "\(bench.user.home)/store.db", mode: .readWrite)
      .execute("UPDATE resolutions SET resolved = resolved - 7200")
    try bench.setAge("1h")
    let first = try bench.user.does("build")
    #expect(first.errors.contains("warning: cannot ask what \(bench.place) means now"))
    let second = try bench.user.does("build")
    #expect(second.output.contains("up to date"))
    #expect(!second.errors.contains("ask"), "\(second)")
  }

  @Test func whatIsPinnedOrNamedHereHasNoAge() throws {
    let bench = try Bench()
    try bench.setAge("0s")
    try bench.user.does("lock")
    try bench.user.does("build")
    try bench.moveBase()
    let pinned = try bench.user.does("build")
    #expect(pinned.output.contains("up to date"))
    #expect(!pinned.errors.contains("asking"))

    let own = try Workbench()
    try own.importBase()
    try own.write([
      "Dockerfile": "FROM base:1\nLABEL a=b\n", ".runctl.toml": "base_max_age = \"0s\"\n",
    ])
    try own.does("build")
    let named = try own.does("build")
    #expect(named.output.contains("up to date"))
    #expect(!named.errors.contains("asking"))
  }
}
