import BuildEngine
import OCI
import Project
import State

/// Finds out why targets are as they are. Only looks.
struct Explainer {
  let build: ImageBuild
  /// nil means every kind.
  let kind: Target.Kind?

  private var workspace: Workspace { build.workspace }
  private var state: ProjectState { workspace.reading() }

  /// The next making of each target, in the order in which they are made.
  func now() throws -> [Explanation] {
    try build.images.flatMap { image -> [Explanation] in
      guard (try? image.dockerfilePath()) != nil else { return try withoutDockerfile(image) }
      let (own, manifest) = try nextImage(image)
      return (kind == nil || kind == .image ? [own] : [])
        + (kind == nil || kind == .push
          ? try [nextPush(image, manifest).withCause(from: state.history)] : [])
        + (kind == nil || kind == .run ? try nextRuns(image, manifest) : [])
    }
  }

  private func withoutDockerfile(_ image: ImageDefinition) throws -> [Explanation] {
    let own = Explanation(
      "\(image.name):image", .neverMade, entry: nil,
      reasons: ["there is no Dockerfile: train runs without a container"])
    return (kind == nil || kind == .image ? [own] : [])
      + (kind == nil || kind == .run ? try nextRuns(image, nil) : [])
  }

  // MARK: Images

  private func nextImage(_ image: ImageDefinition) throws -> (Explanation, Digest?) {
    let target = try ImageTarget(workspace, image, build.settings)
    let entry = try state.history.newest(of: target.target)
    let name = target.target.description
    switch try target.assess(state, events: { _ in }) {
    case .upToDate(let output):
      var explanation = Explanation(
        name, .upToDate, entry: entry, reasons: try target.secretLines(state))
      explanation.steps = try entry.map { try known($0) } ?? []
      explanation.costs = EditCost.all(explanation.steps)
      return (explanation, output.manifest)
    case .outOfDate(let assessment):
      var explanation = Explanation(
        name, entry == nil ? .neverMade : .outOfDate, entry: entry, reasons: assessment.reasons,
        old: try entry.map { try state.history.inputs(of: $0) } ?? [], new: assessment.inputs,
        files: assessment.changes)
      explanation.steps = try target.forecast(assessment, state)
      explanation.costs = EditCost.all(explanation.steps)
      return (explanation, nil)
    }
  }

  /// What came of the steps then, as they stand now: nothing would be done.
  private func known(_ entry: HistoryEntry) throws -> [StepReport] {
    try StepReport.list(state.history.steps(of: entry)).map(\.asReused)
  }

  // MARK: Pushes

  private func nextPush(_ image: ImageDefinition, _ manifest: Digest?) throws -> Explanation {
    let push = PushTarget(workspace, image, given: [])
    let name = push.target.description
    guard let entry = try state.history.newest(of: push.target) else {
      return Explanation(name, .neverMade, entry: nil, reasons: [])
    }
    guard let manifest else {
      let reason = "\(image.name):image would be built first"
      return Explanation(name, .outOfDate, entry: entry, reasons: [reason])
    }
    let old = try state.history.inputs(of: entry)
    let new = PushTarget.inputs(manifest, try push.references(for: manifest))
    let differences = InputChange.between(old, new)
    // Where a command named the destinations, none are configured, and only the image counts.
    guard new.count > 1 else {
      let isCurrent = entry.output == manifest.description
      return Explanation(
        name, isCurrent ? .upToDate : .outOfDate, entry: entry, reasons: [],
        old: Array(old.prefix(1)), new: new)
    }
    return Explanation(
      name, differences.isEmpty ? .upToDate : .outOfDate, entry: entry, reasons: [], old: old,
      new: new)
  }

  // MARK: Runs

  private func nextRuns(_ image: ImageDefinition, _ manifest: Digest?) throws -> [Explanation] {
    try state.targets.all().filter { $0.image == image.name && $0.kind == .run }.compactMap {
      target in
      guard let record = try state.targets.current(target) else { return nil }
      let entry = try state.history.newest(of: target)
      let name = "\(target) \(target.detail)"
      let outlook = RunOutlook(
        workspace: workspace, image: image, record: record, start: workspace.start)
      switch try outlook.verdict(manifest) {
      case .known(let inputs, let reasons, let isAlways):
        let verdict: Explanation.State =
          isAlways ? .always : reasons.isEmpty ? .upToDate : .outOfDate
        return try Explanation(
          name, verdict, entry: entry, reasons: reasons, old: inputs.isEmpty ? [] : record.inputs,
          new: inputs
        ).withCause(from: state.history)
      case .unknown(let reason):
        return Explanation(
          name, .outOfDate, entry: entry,
          reasons: ["\(reason): 'runctl train -n SCRIPT' can tell"])
      }
    }
  }
}
