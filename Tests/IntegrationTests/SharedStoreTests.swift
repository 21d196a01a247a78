import FileSystem
import Foundation
import OCI
import Testing

/// Many processes with one store, at once. How often a command was run is what a registry, which the
/// command asks, writes into its log.
@Suite(
  .enabled(
    if: Machine.canRun && Machine.canPush, "\(Machine.needsRun); \(Machine.needsPush)"))
struct SharedStoreTests {
  static let count = 8

  /// `wget`, because the base has no other way to tell.
  private static func dockerfile(_ registry: RegistryServer) -> String {
    """
    FROM base:1
    COPY requirements.txt .
    RUN busybox wget -q -O /answer http://\(registry.host)/v2/ && sleep 1 && rm /answer \\
      && cat requirements.txt >/made
    COPY own .

    """
  }

  private func start(
    _ benches: [Workbench], _ arguments: [String]
  ) throws -> [Program] {
    try benches.map { try $0.start(arguments) }
  }

  private func ends(_ programs: [Program]) throws -> [ProgramResult] {
    // A deadlock is no reason to wait forever; this limit is far beyond what any machine needs.
    let haveEnded = (0..<10).contains { _ in eventually { !programs.contains(where: \.isRunning) } }
    if !haveEnded { programs.forEach { $0.kill(SIGKILL) } }
    try #require(haveEnded, "\(programs.map(\.errorsSoFar))")
    return try programs.map { try $0.wait() }
  }

  /// Projects beside each other, with the first one's store.
  private func projects(_ first: Workbench, _ files: (Int) -> [String: String]) throws
    -> [Workbench]
  {
    try (0..<Self.count).map { number in
      let bench = try Workbench(beside: first)
      bench.environment["RUNCTL_HOME"] = first.home
      try bench.write(files(number))
      return bench
    }
  }

  private func expectDone(_ results: [ProgramResult]) {
    for result in results { #expect(result.succeeded, "\(result)") }
  }

  @Test func aStoreThatManyMakeKnowsAllTheyBrought() throws {
    let first = try Workbench()
    let tar = "\(first.folder)/base.tar"
    try BaseRoot.write(tar, scratch: first.folder)
    let names = (0..<Self.count).map { "base:\($0)" }
    expectDone(try ends(names.map { try first.start(["images", "import", tar, $0]) }))
    let listed = try first.does("images", "ls", "--quiet").output.split(separator: "\n")
    #expect(listed.map(String.init).sorted() == names)
    let index = String(decoding: try FileTree.read("\(first.home)/index.json"), as: UTF8.self)
    for name in names { #expect(index.contains(name), "\(name) is not in the index") }
    try expectSound(first)
  }

  @Test func oneOfManyProjectsRunsAStepAndTheOthersWait() throws {
    let first = try Workbench()
    try first.importBase()
    let registry = try RegistryServer(in: first)
    let benches = try projects(first) {
      [
        "Dockerfile": Self.dockerfile(registry), "requirements.txt": "numpy\n",
        "own": "\($0)\n",
      ]
    }
    let results = try ends(start(benches, ["build"]))
    expectDone(results)
    #expect(registry.requests().count { $0 == "GET /v2/" } == 1)
    #expect(Set(try results.map(first.digest)).count == Self.count)
    let waited = results.count { $0.errors.contains("waiting for another build to do this") }
    #expect(waited > 0)
    for bench in benches { #expect(try bench.does("build").output.contains("up to date")) }
    try expectSound(first)
  }

  @Test func aProjectThatManyBuildIsBuiltOnce() throws {
    let bench = try Workbench()
    try bench.importBase()
    let registry = try RegistryServer(in: bench)
    try bench.write([
      "Dockerfile": Self.dockerfile(registry), "requirements.txt": "numpy\n", "own": "1\n",
    ])
    let results = try ends(start(Array(repeating: bench, count: Self.count), ["build"]))
    expectDone(results)
    #expect(registry.requests().count { $0 == "GET /v2/" } == 1)
    #expect(Set(try results.map(bench.digest)).count == 1)
    #expect(results.count { $0.output.contains("project: built ") } == 1)
    #expect(results.contains { $0.errors.contains("waiting for another runctl that builds it") })
    let history = try bench.does("history").output.split(separator: "\n")
    #expect(history.count == 2, "\(history)")
    #expect(try bench.does("build").output.contains("up to date"))
    try expectSound(bench)
  }

  @Test func aTrainThatManyStartRunsOnce() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write("train.py", "sleep 1\n")
    try bench.does("build")
    let results = try ends(
      start(Array(repeating: bench, count: Self.count), ["train", "train.py"]))
    expectDone(results)
    #expect(results.count { $0.output.contains("train train.py: done") } == 1)
    #expect(
      results.count { $0.output.contains("train train.py: up to date") } == Self.count - 1)
    #expect(
      results.contains { $0.errors.contains("waiting for another runctl that does the same") })
  }

  @Test func whatManyPushIsSentOnce() throws {
    let first = try Workbench()
    try ExampleProject.make(in: first)
    let registry = try RegistryServer(in: first)
    let benches = try projects(first) { _ in ExampleProject.files }
    let place = "\(registry.host)/team/same:1"
    expectDone(try ends(start(benches, ["push", "-t", place])))
    let sent = registry.requests().filter { $0.hasPrefix("PUT ") && $0.contains("/blobs/uploads/") }
    let digests = sent.compactMap { $0.firstMatch(of: /digest=([^& ]+)/).map { String($0.1) } }
    #expect(digests.count == sent.count && digests.count > 3, "\(sent)")
    #expect(Set(digests).count == digests.count, "\(digests.sorted())")
    #expect(try benches[7].does("push", "-t", place).output.contains("push up to date"))
    try expectSound(first)
  }

  @Test func whatManyPullIsDownloadedOnce() throws {
    let source = try Workbench()
    try ExampleProject.make(in: source)
    let registry = try RegistryServer(in: source)
    let place = "\(registry.host)/team/base:1"
    try source.does("push", "-t", place)

    let first = try Workbench(beside: source)
    let before = registry.requests().count
    let benches = try projects(first) {
      ["Dockerfile": "FROM \(place)\nCOPY own .\n", "own": "\($0)\n"]
    }
    expectDone(try ends(start(benches, ["build"])))
    let gets = registry.requests().dropFirst(before).filter { $0.hasPrefix("GET ") }
    let blobs = gets.filter { $0.contains("/blobs/") }
    #expect(blobs.count > 3 && Set(blobs).count == blobs.count, "\(blobs.sorted())")
    #expect(gets.count { $0.contains("/manifests/") } == 1)
    try expectSound(first)
  }

  @Test func manyPushAtOnce() throws {
    let first = try Workbench()
    try first.importBase()
    let registry = try RegistryServer(in: first)
    let benches = try projects(first) {
      [
        "Dockerfile": Self.dockerfile(registry), "requirements.txt": "numpy\n",
        "own": "\($0 / 2)\n",
      ]
    }
    let place = "\(registry.host)/team/all"
    let results = try ends(
      benches.enumerated().map { number, bench in
        try bench.start(["push", "-t", "\(place):\(number)"])
      })
    expectDone(results)
    #expect(registry.requests().count { $0 == "GET /v2/" } >= 1)
    for (number, bench) in benches.enumerated() {
      let again = try bench.does("push", "-t", "\(place):\(number)")
      #expect(again.output.contains("push up to date"), "\(again)")
    }
    try expectSound(first)
  }

  @Test func everyCommandBesideEveryOther() throws {
    let first = try Workbench()
    try ExampleProject.make(in: first)
    let tar = "\(first.folder)/base.tar"
    var files = ExampleProject.files
    files[".runctl.toml"] = "[images.project.run]\noutputs = [\"outputs\"]\n"
    let benches = try projects(first) { number in
      files.merging(["own": "\(number / 3)\n"], uniquingKeysWith: { $1 })
    }
    for round in 0..<(Machine.isLong ? 20 : 2) {
      for bench in benches { try bench.write("train.py", "echo \(round)\n") }
      let commands = [
        ["build"], ["build", "-t", "mine:\(round)"], ["train", "train.py"], ["build", "-n"],
        ["images", "import", tar, "other:\(round)"], ["status"], ["explain"], ["history"],
      ]
      var programs: [Program] = []
      for (bench, command) in zip(benches, commands) { programs.append(try bench.start(command)) }
      // Those that only look, and a second one, in projects where something is done.
      for command in [["status"], ["explain"], ["history"], ["build"], ["train", "train.py"]] {
        programs.append(try benches[2].start(command))
      }
      if round > 0 { programs.append(try first.start(["images", "rm", "other:\(round - 1)"])) }
      programs.append(try first.start(["images", "ls"]))
      expectDone(try ends(programs))
    }
    for bench in benches.prefix(4) {
      try bench.does("build")
      #expect(try bench.does("build").output.contains("up to date"))
    }
    try expectSound(first)
  }

  /// The one that does a step is killed: one of those that wait for it does it.
  @Test func anotherTakesOverFromOneThatIsKilled() throws {
    let first = try Workbench()
    try first.importBase()
    let registry = try RegistryServer(in: first)
    let endless = """
      FROM base:1
      RUN busybox wget -q -O /answer http://\(registry.host)/v2/ && echo it started \
        && sleep 3 && rm /answer

      """
    let benches = try projects(first) { ["Dockerfile": endless + "LABEL own=\($0)\n"] }
    let programs = try start(benches, ["build"])
    let hasStarted = eventually { programs.contains { $0.errorsSoFar.contains("it started\n") } }
    let doing = try #require(programs.first { $0.errorsSoFar.contains("it started\n") })
    #expect(hasStarted)
    let othersWait = eventually {
      programs.filter { $0.errorsSoFar.contains("waiting for another build") }.count
        == Self.count - 1
    }
    #expect(othersWait)
    doing.kill(SIGKILL)
    let results = try ends(programs)
    #expect(results.count { $0.code == 128 + SIGKILL } == 1)
    #expect(results.count(where: \.succeeded) == Self.count - 1, "\(results)")
    #expect(registry.requests().count { $0 == "GET /v2/" } == 2)
    for bench in benches { try bench.does("build") }
    #expect(registry.requests().count { $0 == "GET /v2/" } == 2)
    try expectSound(first)
  }
}
