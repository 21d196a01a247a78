import BuildEngine
import OCI
import Project
import State

/// Why targets were made before.
struct PastMakings {
  let state: ProjectState

  /// The newest making of each target; of images, for the stage that was asked for.
  func newest(_ images: [ImageDefinition], _ kind: Target.Kind?) throws -> [Explanation] {
    let stages = Dictionary(
      images.map { ($0.name, $0.target ?? "") }, uniquingKeysWith: { $1 })
    return try state.targets.all().filter { target in
      guard let stage = stages[target.image], kind == nil || target.kind == kind else {
        return false
      }
      return target.kind == .run || target.detail == stage
    }.compactMap { try state.history.newest(of: $0) }.map(explain)
  }

  /// - Parameter id: The number of an entry, or the ID of a run.
  func making(_ id: String) throws -> Explanation {
    let number = Int64(id.hasPrefix("#") ? String(id.dropFirst()) : id)
    if let entry = try number.flatMap({ try state.history.entry($0) })
      ?? state.history.entry(ofRun: id)
    {
      return try explain(entry)
    }
    if let run = try state.runs.run(id) {
      return Explanation(
        HistoryReport.Event(run: run).target, .ran, entry: nil, reasons: [Self.words(run.ending)])
    }
    throw UsageError(
      "unknown-entry", "the history has no entry and no run '\(id)'",
      help: "'runctl history' lists them; old ones are thinned out")
  }

  private static func words(_ ending: RunRecord.Ending) -> String {
    switch ending {
    case .running: "it is still running, or was ended with runctl itself"
    case .exited(code: 0): "it succeeded; its inputs are not in the history"
    default: "it did not succeed: \(HistoryReport.Event.words(ending))"
    }
  }

  private func explain(_ entry: HistoryEntry) throws -> Explanation {
    let detail = entry.target.detail.isEmpty ? "" : " " + entry.target.detail
    let before = try state.history.before(entry)
    var explanation = Explanation(
      entry.target.description + detail, .made, entry: entry, reasons: entry.reasons,
      old: try before.map { try state.history.inputs(of: $0) } ?? [],
      new: try state.history.inputs(of: entry), files: try state.history.changes(of: entry))
    explanation.steps = try StepReport.list(state.history.steps(of: entry))
    return try explanation.withCause(
      from: state.history, image: entry.target.image, before: entry.number)
  }
}
