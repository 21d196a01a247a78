import Launching
import State

/// A run that does already what is asked for: who turned away from one has not ended it.
struct RemoteTwin {
  let workspace: Workspace
  let target: Target
  let inputs: RunInputs

  /// Looks at the runs that go on as far as is known here; of one that has ended, the end is seen to.
  ///
  /// - Parameter code: The fact that says which code it has, where the inputs do not.
  /// - Returns: One that goes on.
  /// - Throws: ``RemoteError`` or `AWSError` when nobody can say: a second one could do harm.
  func find(with code: Input? = nil) throws -> RunRecord? {
    let wanted = inputs.recorded(with: [])
    for record in try workspace.reading().runs.newest(limit: RunRecords.limit)
    where record.ending == .running && !record.isReplay {
      guard case .instance = record.machine, code.map(record.facts.contains) ?? true,
        let aftermath = RunAftermath.read(in: workspace.runDirectory(record.id)),
        aftermath.target == target, aftermath.inputs == wanted
      else { continue }
      let now = try workspace.current(record).record
      if now.ending == .running { return now }
    }
    return nil
  }
}
