import OCI
import Project
import State

/// Finds out why targets are as they are. Only looks.
struct Explainer {
  let build: ImageBuild
  /// nil means every kind.
  let kind: Target.Kind?

  private var state: ProjectState { build.workspace.reading() }

  // MARK: The next making

  func now() throws -> [Explanation] {
    try build.images.flatMap { image -> [Explanation] in
      let state = state
      guard (try? image.dockerfilePath()) != nil else {
        let rows =
          try StatusReport.rows(of: image, build) + StatusReport.runRows(image, nil, state)
        return try rows.filter(isAskedFor).map(next)
      }
      let (own, manifest) = try nextImage(image)
      let rows =
        [try StatusReport.pushRow(image, manifest, state)]
        + (try StatusReport.runRows(image, manifest, state))
      return (kind == nil || kind == .image ? [own] : [])
        + (try rows.filter(isAskedFor).map(next))
    }
  }

  private func isAskedFor(_ row: StatusReport.Row) -> Bool {
    kind == nil || row.kind == kind?.rawValue
  }

  private func nextImage(_ image: ImageDefinition) throws -> (Explanation, Digest?) {
    let target = try ImageTarget(build.workspace, image, build.settings)
    let entry = try state.history.newest(of: target.target)
    let name = target.target.description
    switch try target.assess(state, events: { _ in }) {
    case .upToDate(let output):
      let secrets = try target.secretLines(state)
      return (Explanation(name, .upToDate, entry: entry, reasons: secrets), output.manifest)
    case .outOfDate(let assessment):
      let explanation = Explanation(
        name, entry == nil ? .neverMade : .outOfDate, entry: entry, reasons: assessment.reasons,
        old: try entry.map { try state.history.inputs(of: $0) } ?? [], new: assessment.inputs,
        files: assessment.changes)
      return (explanation, nil)
    }
  }

  private func next(_ row: StatusReport.Row) throws -> Explanation {
    let entry = try row.recorded.flatMap { try state.history.newest(of: $0) }
    let verdict: Explanation.State =
      switch row.state {
      case .upToDate: .upToDate
      case .outOfDate: .outOfDate
      case .neverMade: .neverMade
      }
    // Whether a run's inputs and outputs are as they were is seen by who is about to run it.
    let isOfRun = row.kind == Target.Kind.run.rawValue && row.state == .upToDate
    return Explanation(
      row.target, isOfRun ? .imageUpToDate : verdict, entry: entry,
      reasons: isOfRun
        ? ["'runctl train -n SCRIPT' looks at its inputs and outputs, too"] : row.reasons)
  }

  // MARK: What was made before

  /// The newest making of each target; of images, for the stage that was asked for.
  func newest() throws -> [Explanation] {
    let stages = Dictionary(
      build.images.map { ($0.name, $0.target ?? "") }, uniquingKeysWith: { $1 })
    return try state.targets.all().filter { target in
      guard let stage = stages[target.image], kind == nil || target.kind == kind else {
        return false
      }
      return target.kind == .run || target.detail == stage
    }.compactMap { try state.history.newest(of: $0) }.map(explain)
  }

  /// - Parameter id: The number of an entry, or the ID of a run.
  func past(_ id: String) throws -> Explanation {
    let number = Int64(id.hasPrefix("#") ? String(id.dropFirst()) : id)
    if let entry = try number.flatMap({ try state.history.entry($0) })
      ?? state.history.entry(of: .run, output: id)
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
    return Explanation(
      entry.target.description + detail, .made, entry: entry, reasons: entry.reasons,
      old: try before.map { try state.history.inputs(of: $0) } ?? [],
      new: try state.history.inputs(of: entry), files: try state.history.changes(of: entry))
  }
}
