import FileSystem
import Foundation
import Testing

/// What is left of a build that was ended in the middle of a RUN.
@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct KillTests {
  private static let endless = """
    FROM base:1
    COPY requirements.txt .
    RUN --mount=type=cache,target=/c,sharing=locked --mount=source=data,target=/d \
        --mount=from=base:1,source=etc,target=/e,rw --mount=type=tmpfs,target=/t \
        --mount=type=cache,from=base:1,source=etc,target=/f \
        touch /c/1 /e/1 /t/1 /f/1; echo it started; sleep 3600

    """

  private func interrupted(by signal: Int32) throws -> (Workbench, ProgramResult) {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write("Dockerfile", Self.endless)
    let build = try bench.start(["build"])
    let hasStarted = eventually { build.errorsSoFar.contains("it started\n") }
    build.kill(signal)
    let result = try build.wait()
    try #require(hasStarted, "\(result)")
    return (bench, result)
  }

  @Test(arguments: [SIGKILL, SIGTERM, SIGINT])
  func noProcessAndNoMountStays(signal: Int32) throws {
    let (bench, result) = try interrupted(by: signal)
    #expect(result.code == 128 + signal, "\(result)")
    #expect(result.errors.contains("error: ") == false)
    let hasEnded = try eventually { try processes(in: bench).isEmpty }
    #expect(hasEnded)
    let mounts = String(decoding: try FileTree.read("/proc/self/mounts"), as: UTF8.self)
    #expect(mounts.contains(bench.folder) == false)

    try bench.write("Dockerfile", ExampleProject.dockerfile)
    let built = try bench.does("build")
    #expect(try bench.digest(built) == bench.cleanDigest([], bases: [(Workbench.base, [:])]))
    #expect(try bench.does("build").output.contains("up to date"))
    try expectClean(bench)
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func anInterruptedBuildCleansUp(signal: Int32) throws {
    let (bench, _) = try interrupted(by: signal)
    try expectClean(bench)
  }

  /// Waiting for another build's step ends with the signal, not when the time for cleaning up is over.
  @Test func whoWaitsEndsAtOnce() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write("Dockerfile", Self.endless)
    let first = try bench.start(["build"])
    let hasStarted = eventually { first.errorsSoFar.contains("it started\n") }
    let second = try bench.start(["build"])
    let waits = eventually { second.errorsSoFar.contains("waiting for another runctl") }
    second.kill(SIGINT)
    let result = try second.wait()
    // Who is ended because that time is over says nothing.
    #expect(result.code == 130 && result.errors.contains("interrupted;"), "\(result)")
    #expect(hasStarted && waits && first.isRunning)
    first.kill(SIGTERM)
    _ = try first.wait()
  }

  @Test func aTrainGoesOnWithoutItsClientAndEndsWithItsSupervisor() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    try bench.write("train.py", "echo it started\nsleep 3600\n")
    let train = try bench.start(["train", "train.py"])
    let hasStarted = eventually { train.outputSoFar.contains("it started\n") }
    train.kill(SIGKILL)
    let result = try train.wait()
    try #require(hasStarted, "\(result)")
    #expect(try bench.does("runs", "ls", "--status", "running").output.contains("train.py"))
    for process in try processes(in: bench) {
      let arguments = (try? FileTree.read("/proc/\(process)/cmdline")) ?? []
      guard String(decoding: arguments, as: UTF8.self).contains("supervise") else { continue }
      kill(try #require(pid_t(process)), SIGKILL)
    }
    let hasEnded = try eventually { try processes(in: bench).isEmpty }
    #expect(hasEnded)
    #expect(try bench.does("runs", "ls", "--status", "lost").output.contains("train.py"))
    try bench.write("train.py", "echo fine\n")
    #expect(try bench.does("train", "train.py").output.contains("fine\n"))
  }

  /// Those that were started for this workbench: the environment or the root shows it.
  private func processes(in bench: Workbench) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
      guard Int(name) != nil else { return false }
      let environment = (try? FileTree.read("/proc/\(name)/environ")) ?? []
      let arguments = (try? FileTree.read("/proc/\(name)/cmdline")) ?? []
      let mounts = (try? FileTree.read("/proc/\(name)/mountinfo")) ?? []
      return [environment, arguments, mounts].contains {
        String(decoding: $0, as: UTF8.self).contains(bench.folder)
      }
    }
  }
}
