import FileSystem
package import State

/// How a recorded run stands today.
package enum RunStanding: Sendable, Hashable {
  case running
  /// Its runctl is gone and left no word: killed, or the machine went down.
  case lost
  case ended(RunRecord.Ending)

  /// Looks at the run's lock; writes nothing. Of a run on an instance it says what was last known.
  package static func of(_ record: RunRecord, in state: ProjectState) -> RunStanding {
    guard record.ending == .running else { return .ended(record.ending) }
    // On an instance it does not depend on anybody here.
    if case .instance = record.machine { return .running }
    let directory = "\(state.runsDirectory)/\(record.id)"
    let lock = "\(directory)/lock"
    guard FileTree.exists(lock) else { return .lost }
    do throws(FileError) {
      return try FileLock.attempt(lock) == nil ? .running : over(in: directory)
    } catch {
      // Somebody else's, who may still be at it.
      return .running
    }
  }

  /// Its end may be in its report only.
  private static func over(in directory: String) -> RunStanding {
    RunReport.read(in: directory)?.ending.map { .ended($0) } ?? .lost
  }
}

extension RunRecord {
  /// Whether another one began later and may have made the same anew. One that runctl gave up did
  /// not get there.
  /// - Parameter runs: The newest first.
  package func hasSuccessor(in runs: [RunRecord]) -> Bool {
    runs.prefix { $0.id != id }.contains { run in
      if case .failed = run.ending { false } else { true }
    }
  }
}

extension RunStanding {
  /// In a word or two.
  package var words: String {
    switch self {
    case .running: "running"
    case .lost: "lost: what ran it is gone"
    case .ended(let ending): ending.words
    }
  }

  /// How it is over; nil while it runs. A lost run has failed.
  package var finalEnding: RunRecord.Ending? {
    switch self {
    case .running, .ended(.running): nil
    case .lost: .failed(reason: words)
    case .ended(let ending): ending
    }
  }
}
