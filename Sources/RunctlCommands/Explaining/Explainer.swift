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
      if image.hasNoDockerfile { return try withoutDockerfile(image) }
      let (own, manifest) = try nextImage(image)
      let push = kind == nil || kind == .push ? try nextPush(image, manifest) : nil
      return (kind == nil || kind == .image ? [own] : [])
        + [try push?.withCause(from: state.history, image: image.name)].compactMap(\.self)
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
    switch try target.verdict(state, events: { _ in }) {
    case .upToDate(let output):
      let missing = try target.missingNames() ?? []
      let names = missing.map { "it would be named \($0.familiar)" }
      var explanation = Explanation(
        name, missing.isEmpty ? .upToDate : .outOfDate, entry: entry,
        reasons: names + (try target.secretLines(state)))
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

  /// - Returns: nil for an image that goes nowhere.
  private func nextPush(_ image: ImageDefinition, _ manifest: Digest?) throws -> Explanation? {
    let push = PushTarget(workspace, image, given: [])
    let name = push.target.description
    guard let entry = try state.history.newest(of: push.target) else {
      return push.hasDestinations
        ? Explanation(name, .neverMade, entry: nil, reasons: []) : nil
    }
    guard let manifest else {
      let reason = "\(image.name):image would be built first"
      return Explanation(name, .outOfDate, entry: entry, reasons: [reason])
    }
    var old = try state.history.inputs(of: entry)
    let references = push.hasDestinations ? try push.references(for: manifest) : []
    let new = PushTarget.inputs(manifest, references)
    // Where a command named the destinations, none are configured, and only the image counts.
    if new.count == 1 { old = Array(old.prefix(1)) }
    let isCurrent = InputChange.between(old, new).isEmpty
    return Explanation(
      name, isCurrent ? .pushed : .outOfDate, entry: entry,
      reasons: isCurrent ? ["what the registry has now says 'runctl push -n'"] : [], old: old,
      new: new)
  }

  // MARK: Runs

  private func nextRuns(_ image: ImageDefinition, _ manifest: Digest?) throws -> [Explanation] {
    try state.targets.all().filter { $0.image == image.name && $0.kind == .run }.compactMap {
      target in
      guard let record = try state.targets.current(target) else { return nil }
      let entry = try state.history.newest(of: target)
      let name = "\(target) \(target.detail)"
      let outlook = RunOutlook(workspace: workspace, image: image, record: record)
      switch try outlook.verdict(manifest) {
      case .known(let inputs, let reasons, let isAlways):
        let verdict: Explanation.State =
          isAlways ? .always : reasons.isEmpty ? .upToDate : .outOfDate
        return try Explanation(
          name, verdict, entry: entry, reasons: reasons, old: inputs.isEmpty ? [] : record.inputs,
          new: inputs
        ).withCause(from: state.history, image: image.name)
      case .unknown(let reason):
        return Explanation(
          name, .unknown, entry: entry,
          reasons: ["\(reason): 'runctl train -n SCRIPT' can tell"])
      }
    }
  }
}
