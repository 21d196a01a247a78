import Diagnostics
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
  private var record: RunRecord
  private let records: RunRecords
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
    (self.id, self.directory, self.record, records) = (id, directory, record, state.runs)
    self.lock = lock
  }

  /// Records how it ended.
  package mutating func finish(_ ending: RunRecord.Ending) throws -> Duration {
    let duration = ContinuousClock.now - start
    record.ending = ending
    record.duration = duration
    try records.set(record)
    for id in try records.thinOut().compactMap(RunID.init(parsing:)) {
      try? FileTree.remove("\(FileTree.parentPath(of: directory))/\(id)")
    }
    return duration
  }

  /// The same where the program has ended and its result must not be lost for the record's sake.
  mutating func finish(_ ending: RunRecord.Ending, problems: inout [Diagnostic]) -> Duration {
    do { return try finish(ending) } catch {
      let reason = (error as? any ReportableError)?.diagnostic.message ?? "\(error)"
      problems.append(Diagnostic(id: "run-not-recorded", "the run is not recorded: \(reason)"))
      return ContinuousClock.now - start
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
