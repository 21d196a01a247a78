import FileSystem
import Foundation
import Testing

/// Runs that go on while somebody looks, turns away, or ends them.
@Suite(.serialized, .enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct LiveRunsTests {
  /// A train that ends when the file `go` is there, or somebody asks it to.
  private static let script = """
    trap 'echo asked; exit 5' TERM
    echo begun
    echo trouble >&2
    while ! [ -e /signals/go ]; do sleep 0.05; done
    echo done
    exit 7

    """

  private let bench: Workbench
  private let train: Program

  init() throws {
    bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write([
      "Dockerfile": ExampleProject.dockerfile
        + "HEALTHCHECK --interval=100ms --retries=1 CMD test ! -e /signals/sick\n",
      "train.py": Self.script, "signals/empty": "",
      ".runctl.toml": "[images.project.run]\nvolumes = [\"./signals:/signals\"]\n",
    ])
    train = try bench.start(["train", "train.py"])
    let program = train
    let hasBegun = eventually { program.outputSoFar.contains("begun\n") }
    try #require(hasBegun, "\(train.errorsSoFar)")
  }

  private func go() throws { try bench.write("signals/go", "") }

  @Test func whoAttachesSeesItAllAndEndsWithItsCode() throws {
    let all = try bench.start(["attach", "--from-start"])
    let rest = try bench.start(["attach", "latest"])
    let log = try bench.start(["logs", "-f", "--tail", "1"])
    #expect(eventually { all.outputSoFar == "begun\n" && log.errorsSoFar.contains("trouble") })
    #expect(eventually { rest.errorsSoFar.contains("attached to run") })
    try go()
    let (whole, end) = (try all.wait(), try rest.wait())
    #expect((whole.code, whole.output) == (7, "begun\ndone\n"))
    #expect((end.code, end.output) == (7, "done\n"))
    #expect(end.errors.contains("exit code 7"))
    let followed = try log.wait()
    #expect((followed.code, followed.output) == (0, "done\n"))
    #expect(try train.wait().code == 7)
  }

  @Test func whoTurnsAwayDoesNotEndIt() throws {
    let attached = try bench.start(["attach"])
    #expect(eventually { attached.errorsSoFar.contains("attached to run") })
    attached.kill(SIGINT)
    let left = try attached.wait()
    #expect(left.code == 130, "\(left)")
    #expect(left.errors.contains("goes on without you"))
    #expect(left.errors.contains("runctl attach 20"))
    #expect(try bench.does("runs", "--status", "running").output.contains("train.py"))
    try go()
    #expect(try bench.runctl("attach").code == 7)
  }

  @Test func itGoesOnWithoutWhoStartedIt() throws {
    train.kill(SIGKILL)
    _ = try train.wait()
    #expect(try bench.does("runs", "show").output.contains("status          running"))
    try go()
    let ended = try bench.runctl("attach", "--from-start")
    #expect((ended.code, ended.output) == (7, "begun\ndone\n"))
  }

  @Test func whatTheHealthCheckFindsIsTold() throws {
    let attached = try bench.start(["attach"])
    #expect(eventually { attached.errorsSoFar.contains("attached to run") })
    try bench.write("signals/sick", "")
    #expect(eventually { attached.errorsSoFar.contains("is unhealthy") })
    #expect(try bench.does("runs", "show").output.contains("health          unhealthy"))
    try bench.remove("signals/sick")
    #expect(eventually { attached.errorsSoFar.contains("is healthy") })
    try go()
    #expect(try attached.wait().code == 7)
    #expect(train.errorsSoFar.contains("is unhealthy"))
  }

  @Test func itIsEndedOnRequest() throws {
    let stopped = try bench.does("stop", "latest", "--grace", "20s")
    #expect(stopped.output.contains("stopped, exit code 5"), "\(stopped)")
    #expect(try train.wait().code == 5)
    let shown = try bench.does("runs", "show")
    #expect(shown.output.contains("ended by        stop"))
    let late = try bench.runctl("attach")
    #expect(late.code == 5)
    #expect(late.errors.contains("it was stopped on request"))
    #expect(late.errors.contains("    asked\n"))
  }

  @Test func allThatGoesOnInOnePlace() throws {
    let logs = try bench.start(["logs", "--all", "-f"])
    #expect(eventually { logs.outputSoFar.contains(" train.py begun\n") })
    try bench.does("run", "--", "sh", "-c", "echo beside")
    try go()
    _ = try train.wait()
    let all = try logs.wait()
    #expect(all.code == 0)
    #expect(all.output.contains(" train.py done\n"))
    #expect(all.errors.contains(" train.py trouble\n"))
  }
}
