import Diagnostics
import FileSystem
import OCI
import State

/// The way of every run on this machine, whatever runs its program: recorded, what it prints kept,
/// what it made brought back, its end recorded.
struct RunCourse {
  /// What is brought back of a run whose program has ended.
  struct Yield {
    var broughtBack: [String] = []
    var undeclared = UndeclaredFiles.none
    /// Why outputs are not in their places.
    var problems: [LaunchError] = []
  }

  let label: RunLabel
  let state: ProjectState
  let outputs: [RunOutput]
  let checkpoints: CheckpointFolder?
  let moments: RunMoments
  let stopper: RunStopper

  /// - Parameters:
  ///   - program: Runs the program to its end, given the run's folder.
  ///   - gather: Brings the outputs back, however it ended, given the run's folder.
  /// - Throws: What `program` throws, unless somebody asked for that end.
  func run(
    _ program: (_ directory: String, OutputTee) throws -> RunRecord.Ending,
    gather: (_ directory: String) -> Yield = { _ in Yield() }
  ) throws -> RunResult {
    var recording = try RunRecording(label, in: state)
    let directory = recording.directory
    let tee: OutputTee
    let ending: RunRecord.Ending
    do {
      try moments.recorded(recording.id, directory)
      tee = try OutputTee(log: recording.log)
      ending = try ended(by: stopper) { try program(directory, tee) }
    } catch {
      _ = gather(directory)
      moments.failed(error)
      _ = try? recording.finish(.failed(reason: Self.reason(error)))
      throw error
    }
    let duration = recording.elapsed
    let yield = gather(directory)
    var result = RunResult(
      id: recording.id.text, ending: ending, duration: duration, log: recording.log,
      broughtBack: yield.broughtBack, undeclared: yield.undeclared,
      isBack: yield.problems.isEmpty,
      outputs: OutputState.inputs(
        of: outputs, without: checkpoints, TouchedFileClock(directory: state.directory)),
      problems: (yield.problems + [tee.problem].compactMap(\.self)).map(\.diagnostic))
    do { try moments.ended(result) } catch { result.problems.append(Self.unrecorded(error)) }
    do { try recording.finish(ending, after: duration) } catch {
      result.problems.append(Self.unrecorded(error))
    }
    return result
  }

  /// A program that is killed because somebody wants its end has ended; it has not failed.
  private func ended(
    by stopper: RunStopper, _ program: () throws -> RunRecord.Ending
  ) throws -> RunRecord.Ending {
    do { return stopper.ending(try program()) } catch {
      // What went wrong by itself did so whoever asked for an end meanwhile.
      guard let ending = stopper.endingOfKilled, !(error is LaunchError) else { throw error }
      return ending
    }
  }

  private static func unrecorded(_ error: any Error) -> Diagnostic {
    Diagnostic(id: "run-not-recorded", "the run is not recorded: \(reason(error))")
  }

  static func reason(_ error: any Error) -> String {
    (error as? any ReportableError)?.diagnostic.message ?? "\(error)"
  }
}
