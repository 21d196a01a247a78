import BuildPlan
import ContextScan
import OCI
import Storage

/// Finds out why steps are done, by what went into them now and the time before. Steps are reported
/// in the order of the plan.
struct StepComparison {
  /// What is known of a step now.
  struct Now {
    var outcome: StepReport.Outcome
    /// nil when a step before it must be done first.
    var key: Digest?
    /// How long it took, or takes when it must be done.
    var duration: Duration?
    /// What went into the key; nil where the store knows.
    var parts: [[String]]?
  }

  private let plan: BuildPlan
  private let earlier: EarlierBuild
  private let matches: [Int?]
  private let positions: [StepPosition]
  private let usesCache: Bool
  private let epoch: Int64
  private let steps: StepCache
  private(set) var reports: [StepReport] = []
  /// Whether what went into a step is not what it was.
  private var isChanged: [Bool] = []

  init(
    _ plan: BuildPlan, with earlier: EarlierBuild, usesCache: Bool, epoch: Int64, steps: StepCache
  ) {
    self.epoch = epoch
    self.plan = plan
    self.earlier = earlier
    self.usesCache = usesCache
    self.steps = steps
    positions = plan.positions
    matches = Self.matches(plan, positions, earlier.steps)
  }

  /// The steps that are the same ones as people see it: by what is written, else by where it stands.
  private static func matches(
    _ plan: BuildPlan, _ positions: [StepPosition], _ earlier: [StepReport]
  ) -> [Int?] {
    var free = Set(earlier.indices)
    func take(_ isSame: (StepReport) -> Bool) -> Int? {
      let found = earlier.indices.first { free.contains($0) && isSame(earlier[$0]) }
      if let found { free.remove(found) }
      return found
    }
    var matches: [Int?] = plan.steps.map { step in
      take { $0.position.stage == step.stage && $0.instruction == step.instruction }
    }
    for (index, step) in plan.steps.enumerated() where matches[index] == nil {
      let keyword = step.instruction.prefix { $0 != " " }
      matches[index] = take {
        $0.position.stage == step.stage && $0.position.number == positions[index].number
          && $0.instruction.prefix { $0 != " " } == keyword
      }
    }
    return matches
  }

  /// The key of a large COPY when nothing that it takes has changed; what lies below it hardly ever
  /// makes a difference.
  func key(ofUnchanged step: Step, _ copy: LargeCopy) -> Digest? {
    guard let before = before(of: step), let operation = before.operation,
      operation == step.contextOperation(epoch: epoch)?.short,
      !copy.takes(anyOf: earlier.changedFiles)
    else { return nil }
    return before.key.flatMap(Digest.init(hex:))
  }

  mutating func add(_ step: Step, _ now: Now) throws {
    let index = step.id.index
    let before = before(of: step)
    let isSame = now.key.map { $0.hex == before?.key } ?? (before?.key == nil && before != nil)
    isChanged.append(!isSame || (now.key == nil && now.outcome == .executed))
    let duration = now.duration ?? (now.outcome == .executed ? before?.duration : nil)
    reports.append(
      StepReport(
        position: positions[index], instruction: step.instruction, outcome: now.outcome,
        milliseconds: duration.map { Int64($0 / .milliseconds(1)) },
        reasons: try now.outcome == .reused
          ? reasonsToReuse(step, isSame) : reasonsToExecute(step, now, before, isSame),
        key: now.key?.hex, operation: step.contextOperation(epoch: epoch)?.short,
        needs: step.dependencies.map(\.index),
        isIndependent: step.inputs.isEmpty,
        sources: step.contextSources))
  }

  private func reasonsToReuse(_ step: Step, _ isSame: Bool) -> [String] {
    if earlier.steps.isEmpty { return ["it was done before"] }
    if !isSame {
      if case .base = step.operation { return ["it is another image"] }
      return ["it was done before with what there is now"]
    }
    guard !step.contextSources.isEmpty, changedInput(of: step.dependencies) != nil else {
      return []
    }
    return ["its files are the same"]
  }

  private func reasonsToExecute(
    _ step: Step, _ now: Now, _ before: StepReport?, _ isSame: Bool
  ) throws -> [String] {
    if case .base = step.operation { return ["its layers were not in the store"] }
    guard let before else { return [earlier.steps.isEmpty ? "it was never done" : "it is new"] }
    if now.key != nil, isSame {
      return [usesCache ? "its result was no longer in the store" : "it was asked for"]
    }
    guard let key = now.key, let old = before.key.flatMap(Digest.init(hex:)),
      let parts = try now.parts ?? self.parts(of: key), let oldParts = try self.parts(of: old)
    else { return withoutParts(step, before) }
    let isEdited = before.instruction != step.instruction
    let reasons =
      (isEdited ? ["it was: \(before.instruction)"] : [])
      + KeyDifference.between(oldParts, parts)
      .flatMap { sentences($0, step, isEdited: isEdited) }
    var isSaid: Set<String> = []
    return reasons.isEmpty
      ? ["a value that is not kept changed"] : reasons.filter { isSaid.insert($0).inserted }
  }

  private func parts(of key: Digest) throws -> [[String]]? {
    try steps.record(for: key).flatMap {
      try? CanonicalJSON.decode([[String]].self, from: $0.inputs)
    }
  }

  private func withoutParts(_ step: Step, _ before: StepReport) -> [String] {
    var reasons: [String] = []
    let isEdited = before.instruction != step.instruction
    if isEdited { reasons.append("it was: \(before.instruction)") }
    if !step.contextSources.isEmpty { return reasons + files(of: step, isEdited: isEdited) }
    if changedInput(of: step.inputs) != nil || reasons.isEmpty {
      reasons.append(buildsOn(step.inputs))
    }
    return reasons
  }

  private func sentences(
    _ difference: KeyDifference, _ step: Step, isEdited: Bool
  ) -> [String] {
    switch difference {
    case .root: [buildsOn(step.parent.map { [$0] } ?? [])]
    case .source: [buildsOn(step.inputs.filter { $0 != step.parent })]
    case .files: files(of: step, isEdited: isEdited)
    case .variable(let name, let old?, let new?): ["\(name) changed: \(old) → \(new)"]
    case .variable(let name, nil, let new?): ["\(name) is new: \(new)"]
    case .variable(let name, _, nil): ["\(name) is gone"]
    case .field("times", _, _): ["the time of files changed"]
    // What is in its mounts.
    case .field("content", _, _): files(of: step, isEdited: isEdited)
    case .field(let name, let old, let new):
      // An edited instruction says more than the field that it went into.
      isEdited ? [] : ["its \(name) changed: \(old) → \(new)"]
    }
  }

  private func files(of step: Step, isEdited: Bool) -> [String] {
    if step.contextSources.isEmpty {
      let mounted = step.inputs.filter { $0 != step.parent }
      if case .run(let run) = step.operation, run.seesSecrets, changedInput(of: mounted) == nil {
        return ["a secret of it changed"]
      }
      return [buildsOn(step.dependencies)]
    }
    let taken = earlier.changedFiles.filter(step.takes)
    // A link in the context may lead to what changed.
    let files = taken.isEmpty && !isEdited ? earlier.changedFiles : taken
    guard !files.isEmpty else { return isEdited ? [] : [buildsOn(step.dependencies)] }
    let shown = files.prefix(3).map { String(decoding: $0.bytes, as: UTF8.self) }
    let others = files.count > shown.count ? " and \(files.count - shown.count) more" : ""
    return ["it takes \(shown.joined(separator: ", "))\(others)"]
  }

  private func before(of step: Step) -> StepReport? {
    matches[step.id.index].map { earlier.steps[$0] }
  }

  // MARK: Chains

  /// The nearest step, among these and those before them, into which something else went.
  private func changedInput(of steps: [Step.ID]) -> StepReport? {
    var next = steps
    var seen: Set<Step.ID> = []
    while !next.isEmpty {
      if let found = next.first(where: { isChanged[$0.index] }) { return reports[found.index] }
      next = next.flatMap { plan[$0].dependencies }.filter { seen.insert($0).inserted }
    }
    return nil
  }

  private func buildsOn(_ steps: [Step.ID]) -> String {
    changedInput(of: steps).map { "it builds on \($0.position)" } ?? "what it builds on changed"
  }
}
