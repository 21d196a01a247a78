import BuildEngine
import Launching
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
    let run: RunRecord
    do { run = try RunChoice.run(id, in: state.runs) } catch is RunChoiceError
      where id != RunChoice.latest
    {
      throw UsageError(
        "unknown-entry", "the history has no entry and no run '\(id)'",
        help: "'runctl history' lists them; old ones are thinned out")
    }
    if let entry = try state.history.entry(ofRun: run.id) { return try explain(entry) }
    let standing = RunStanding.of(run, in: state)
    return Explanation(
      HistoryReport.Event(run: run, standing).target, .ran, entry: nil,
      reasons: [Self.words(standing)])
  }

  private static func words(_ standing: RunStanding) -> String {
    switch standing {
    case .running: "it is still running"
    case .ended(.exited(code: 0)): "it succeeded; its inputs are not in the history"
    default: "it did not succeed: \(DiagnosticPrinter.printable(standing.words))"
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
