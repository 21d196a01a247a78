import FileSystem
import Foundation
import Testing

/// Runs on an instance, looked at by who did not start them.
@Suite(
  .enabled(if: Machine.canUseEC2, "\(Machine.needsEC2)"), .onEC2, .serialized)
struct RemoteRunsTests {
  private let machine: EC2Machine
  private let bench: Workbench

  init() throws {
    machine = try #require(EC2Machine.current)
    bench = try machine.workbench()
    try ExampleProject.make(in: bench)
    try bench.write(
      ".runctl.toml", "[docker]\necr_registry = \"\(machine.registry.host)\"\n")
  }

  /// Starts a script, and turns away from it.
  private func start(_ script: String, _ options: String...) throws {
    try bench.write("train.py", script)
    let words = ["aws", "train", machine.instance, "train.py", "--no-wait"] + options
    let started = try bench.start(words).wait()
    try #require(started.succeeded, "\(started)")
  }

  @Test func itIsWatchedFromAnywhere() throws {
    try start(
      "echo begun $LR\necho $WANDB_API_KEY\nexit 3\n", "-e", "LR=1", "-e", "WANDB_API_KEY=x1")
    #expect(try bench.does("runs").output.contains("running"))
    let watched = try bench.runctl("attach", "--from-start")
    #expect((watched.code, watched.output) == (3, "begun 1\nx1\n"), "\(watched)")
    // From now on everything is known here.
    bench.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
    let shown = try bench.does("runs", "show").output
    #expect(shown.contains("exit code 3") && shown.contains("ec2 \(machine.instance)"))
    #expect(shown.contains("env LR          1\n"), "\(shown)")
    #expect(shown.contains("x1") == false)
    #expect(try bench.does("logs", "--timestamps").output.contains("Z begun 1\n"))
    #expect(try bench.runctl("attach").code == 3)
  }

  @Test func itsLogComesWithoutWaitingForItsEnd() throws {
    try start("trap 'echo asked; exit 4' TERM\necho begun\nwhile :; do sleep 0.1; done\n")
    let bench = bench
    #expect(try eventually { try bench.does("logs").output == "begun\n" })
    #expect(try bench.does("logs", "--all").output.contains(" train.py begun\n"))
    #expect(try bench.does("runs", "show").output.contains("status          running"))
    let stopped = try bench.does("stop", "latest", "--grace", "20s")
    #expect(stopped.output.contains("stopped"), "\(stopped)")
    #expect(try bench.does("logs").output == "begun\nasked\n")
    #expect(try bench.runctl("attach").code == 4)
  }

  @Test func aReplayHasTheSameImage() throws {
    try start("echo first $1 $LR\nexit 5\n", "-e", "LR=0.1 x", "--", "a 'b'")
    #expect(try bench.runctl("attach").code == 5)
    try bench.write("train.py", "echo second\n")
    let again = try bench.runctl("runs", "replay", "latest")
    #expect((again.code, again.output) == (5, "first a 'b' 0.1 x\n"), "\(again)")
    let all = try bench.does("runs").output.split(separator: "\n")
    #expect(all.count == 3)
  }

  @Test func aReplayBringsItsFileBack() throws {
    #expect(try machine.aws("s3", "mb", "s3://replay-bucket").succeeded)
    try bench.write(
      ".runctl.toml",
      """
      [docker]
      ecr_registry = "\(machine.registry.host)"
      [aws]
      s3_bucket = "replay-bucket"
      [images.project.run]
      outputs = ["model.bin"]

      """)
    try start("echo weights >model.bin\n")
    try bench.does("attach")
    try bench.write("model.bin", "changed\n")
    let again = try bench.runctl("runs", "replay", "latest")
    #expect(again.succeeded, "\(again)")
    #expect(try bench.read("model.bin") == "weights\n")
  }
}
