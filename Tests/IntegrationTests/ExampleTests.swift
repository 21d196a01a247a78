import FileSystem
import Testing

/// What the examples show, they show here, too.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
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

/// What the example of training on EC2 shows.
@Suite(
  .enabled(if: Machine.canUseEC2, "\(Machine.needsEC2)"), .onEC2, .serialized)
struct EC2ExampleTests {
  @Test func theWalkComesToItsEnd() throws {
    let machine = try #require(EC2Machine.current)
    let bench = try machine.workbench()
    try bench.importBase("python:3.11-slim")
    try #require(try machine.aws("s3", "mb", "s3://walk-bucket").succeeded)
    let programs = FileTree.parentPath(of: Machine.runctl)
    bench.environment["PATH"] = "\(programs):" + (bench.environment["PATH"] ?? Machine.search)
    bench.environment["REGISTRY"] = machine.registry.host
    bench.environment["BUCKET"] = "walk-bucket"
    let result = try bench.run("\(Machine.package)/examples/ec2/walk", machine.instance)
    #expect(result.succeeded, "\(result)")
    #expect(result.output.contains("nothing repeated"))
  }
}
