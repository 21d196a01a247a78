import Diagnostics
import Processes
import State
import Testing

@testable import Launching

struct RunCourseTests {
  private struct Killed: Error {}

  private func run(
    in state: ProjectState, _ program: () throws -> RunRecord.Ending
  ) throws -> RunResult {
    let interruption = Interruption()
    interruption.deliver(.interrupt)
    interruption.deliver(.interrupt)
    let label = RunLabel(image: "app", script: "train.py", arguments: [], imageDigest: nil)
    return try RunCourse(
      label: label, state: state, outputs: [], checkpoints: nil, moments: RunMoments(),
      stopper: RunStopper(interruption)
    ).run { _, _ in try program() }
  }

  @Test func whoIsKilledHasNotFailed() throws {
    let bench = try Workbench()
    #expect(try run(in: bench.state) { throw Killed() }.ending == .stopped(code: 130))
  }

  /// The container may go on, whatever was asked of it.
  @Test func aFailureIsOneAlsoWhereAnEndWasAskedFor() throws {
    let bench = try Workbench()
    let state = try bench.state
    let failure = LaunchError.containerUnreachable(name: "runctl-x")
    #expect(throws: failure) { try run(in: state) { throw failure } }
    let record = try #require(try state.runs.newest(limit: 1).first)
    #expect(record.ending == .failed(reason: failure.diagnostic.message))
  }
}
