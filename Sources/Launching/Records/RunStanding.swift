import FileSystem
package import State

/// How a recorded run stands today.
package enum RunStanding: Sendable, Hashable {
  case running
  /// Its runctl is gone and left no word: killed, or the machine went down.
  case lost
  case ended(RunRecord.Ending)

  /// Looks at the run's lock; writes nothing.
  package static func of(_ record: RunRecord, in state: ProjectState) -> RunStanding {
    guard record.ending == .running else { return .ended(record.ending) }
    let lock = "\(state.runsDirectory)/\(record.id)/lock"
    guard FileTree.exists(lock) else { return .lost }
    do throws(FileError) {
      return try FileLock.attempt(lock) == nil ? .running : .lost
    } catch {
      // Somebody else's, who may still be at it.
      return .running
    }
  }
}
