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
    /// What went into the key; nil where the store knows. Of a key that is not known, what is known.
    var parts: [[String]]?
  }

  private let plan: BuildPlan
  let earlier: EarlierBuild
  private let matches: [Int?]
  private let positions: [StepPosition]
  let usesCache: Bool
  let epoch: Int64
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
    let differences =
      now.outcome == .reused || isSame && now.key != nil
      ? [] : try differences(step, now, since: before)
    isChanged.append(
      now.key == nil && now.outcome != .reused
        ? isOther(step, before, differences) : !isSame)
    let duration = now.duration ?? (now.outcome == .reused ? nil : before?.duration)
    let reasons =
      now.outcome == .reused
      ? reasonsToReuse(step, isSame)
      : reasonsToExecute(step, now, before, isSame: isSame, differences)
    reports.append(
      StepReport(
        position: positions[index], instruction: step.instruction, outcome: now.outcome,
        milliseconds: duration.map { Int64(($0 / .milliseconds(1)).rounded()) },
        reasons: reasons,
        key: now.key?.hex, operation: step.contextOperation(epoch: epoch)?.short,
        needs: step.dependencies.map(\.index),
        isIndependent: step.inputs.isEmpty,
        sources: step.contextSources))
  }

  /// - Returns: nil when it is not known what went into the step then, or goes now.
  private func differences(
    _ step: Step, _ now: Now, since before: StepReport?
  ) throws -> [KeyDifference]? {
    guard let old = before?.key.flatMap(Digest.init(hex:)), let oldParts = try parts(of: old),
      let parts = try now.parts ?? now.key.flatMap({ try self.parts(of: $0) })
    else { return nil }
    let hidden = HiddenChange.find(step.texts, in: oldParts, of: old)
    return KeyDifference.between(oldParts, parts) + (hidden.map { [$0] } ?? [])
  }

  private func parts(of key: Digest) throws -> [[String]]? {
    try steps.record(for: key).flatMap {
      try? CanonicalJSON.decode([[String]].self, from: $0.inputs)
    }
  }

  /// Whether something else goes into a step whose key is not known yet.
  private func isOther(
    _ step: Step, _ before: StepReport?, _ differences: [KeyDifference]?
  ) -> Bool {
    guard let before, before.instruction == step.instruction else { return true }
    return changedInput(of: step.inputs) != nil
      || differences.map { $0.contains { !$0.isOfInput } } ?? step.inputs.isEmpty
  }

  func before(of step: Step) -> StepReport? {
    matches[step.id.index].map { earlier.steps[$0] }
  }

  // MARK: Chains

  /// The nearest step, among these and those before them, into which something else went.
  func changedInput(of steps: [Step.ID]) -> StepReport? {
    nearest(of: steps) { isChanged[$0.index] }
  }

  /// The nearest one that is not reused: it may leave something else although nothing else went in.
  func undoneInput(of steps: [Step.ID]) -> StepReport? {
    nearest(of: steps) { reports[$0.index].outcome != .reused }
  }

  private func nearest(of steps: [Step.ID], where isWanted: (Step.ID) -> Bool) -> StepReport? {
    var next = steps
    var seen: Set<Step.ID> = []
    while !next.isEmpty {
      if let found = next.first(where: isWanted) { return reports[found.index] }
      next = next.flatMap { plan[$0].dependencies }.filter { seen.insert($0).inserted }
    }
    return nil
  }
}
