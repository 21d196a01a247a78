import FileSystem
import Glibc
import OCI
package import State

/// A run while it is under way: its folder in the state, its lock and its record.
///
/// The kernel holds the lock for as long as this process lives, so that a run whose runctl was
/// killed is told apart from one that goes on. Nothing relies on a process's number.
package struct RunRecording: ~Copyable, Sendable {
  package let id: RunID
  /// Absolute.
  package let directory: String
  package private(set) var record: RunRecord
  private let state: ProjectState
  private let lock: FileLock
  private let start = ContinuousClock.now

  package var log: String { "\(directory)/log" }

  /// Makes the run's folder and records that it runs.
  package init(_ label: RunLabel, in state: ProjectState) throws {
    let now = Int64(time(nil))
    let id = try Self.makeFolder(in: state.runsDirectory, time: now)
    let directory = "\(state.runsDirectory)/\(id)"
    let lock = try FileLock.acquire("\(directory)/lock")
    let record = RunRecord(
      id: id.text, image: label.image, script: label.script,
      arguments: SecretArguments.masked(label.arguments) { _ in "<secret>" },
      imageDigest: label.imageDigest?.description, started: now, log: "runs/\(id)/log",
      machine: label.machine, facts: label.facts)
    try state.runs.set(record)
    (self.id, self.directory, self.record, self.state) = (id, directory, record, state)
    self.lock = lock
  }

  /// Since the run was recorded.
  package var elapsed: Duration { ContinuousClock.now - start }

  /// Records how it ended.
  /// - Parameter duration: How long its program ran; nil is until now.
  @discardableResult
  package mutating func finish(
    _ ending: RunRecord.Ending, after duration: Duration? = nil
  ) throws -> Duration {
    let duration = duration ?? elapsed
    record.ending = ending
    record.duration = duration
    try Self.end(record, in: state)
    return duration
  }

  /// Records how a run ended, wherever it was, and forgets the oldest ones with their folders.
  ///
  /// - Parameters:
  ///   - record: With its ending. Until now it counts as one that runs, and so is not among those.
  ///   - limit: How many are kept.
  package static func end(
    _ record: RunRecord, in state: ProjectState, keeping limit: Int = RunRecords.limit
  ) throws {
    // That old ones stay is no reason to forget this end.
    let old = (try? state.runs.thinOut(keeping: limit)) ?? []
    try state.runs.set(record)
    for id in old.compactMap(RunID.init(parsing:)) {
      try? FileTree.remove("\(state.runsDirectory)/\(id)")
    }
  }

  private static func makeFolder(in parent: String, time: Int64) throws -> RunID {
    try FileTree.makeDirectories(parent)
    while true {
      let id = RunID(time: time)
      if mkdir("\(parent)/\(id)", 0o755) == 0 { return id }
      guard errno == EEXIST else { throw FileError("make the directory", "\(parent)/\(id)") }
    }
  }
}
