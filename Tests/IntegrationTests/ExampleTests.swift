import FileSystem
import Testing

/// What the examples show, they show here, too.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"), .timeLimit(.minutes(10)))
struct ExampleTests {
  @Test(
    .enabled(if: Machine.canServeRepositories, "\(Machine.needsRepositories)"),
    .enabled(if: Machine.canPush, "\(Machine.needsPush)"))
  func everyDriftOfTheReproducibleExampleIsTold() throws {
    let bench = try Workbench()
    let example = "\(bench.project)/reproducible-ci"
    try #require(
      bench.run("cp", "-R", "\(Machine.package)/examples/reproducible-ci", example).succeeded)
    let programs = FileTree.parentPath(of: Machine.runctl)
    bench.environment["PATH"] = "\(programs):\(Machine.search)"
    bench.environment["REGISTRY_PORT"] = String(try Loopback.freePort())
    bench.environment["WEB_PORT"] = String(try Loopback.freePort())
    let result = try bench.run("\(example)/drifts")
    #expect(result.succeeded, "\(result)")
    #expect(result.output.contains("each drift with its code"))
  }
}
