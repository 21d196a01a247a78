import BuildPlan
import OCI

/// What is said of a step, in whole sentences.
extension StepComparison {
  func reasonsToReuse(_ step: Step, _ isSame: Bool) -> [String] {
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

  /// - Parameter differences: nil when they are not known.
  func reasonsToExecute(
    _ step: Step, _ now: Now, _ before: StepReport?, isSame: Bool,
    _ differences: [KeyDifference]?
  ) -> [String] {
    if case .base = step.operation { return ["its layers were not in the store"] }
    guard let before else { return [earlier.steps.isEmpty ? "it was never done" : "it is new"] }
    if now.key != nil, isSame {
      return [usesCache ? "its result was no longer in the store" : "it was asked for"]
    }
    let isEdited = before.instruction != step.instruction
    var reasons = isEdited ? ["it was: \(before.instruction)"] : []
    if let differences {
      reasons += differences.flatMap { sentences($0, step, now, isEdited: isEdited) }
    } else if !step.contextSources.isEmpty {
      reasons += files(of: step, now, isEdited: isEdited)
    } else if changedInput(of: step.inputs) != nil || reasons.isEmpty {
      reasons += buildsOn(step.inputs, now)
    }
    var isSaid: Set<String> = []
    guard reasons.isEmpty else { return reasons.filter { isSaid.insert($0).inserted } }
    return [usesCache ? "a value that is not kept changed" : "it was asked for"]
  }

  private func sentences(
    _ difference: KeyDifference, _ step: Step, _ now: Now, isEdited: Bool
  ) -> [String] {
    switch difference {
    case .root: return buildsOn(step.parent.map { [$0] } ?? [], now)
    case .source:
      let others = step.inputs.filter { $0 != step.parent }
      return buildsOn(others.isEmpty ? step.inputs : others, now)
    case .files: return files(of: step, now, isEdited: isEdited)
    case .variable(let name, let old?, let new?): return ["\(name) changed: \(old) → \(new)"]
    case .variable(let name, nil, let new?): return ["\(name) is new: \(new)"]
    case .variable(let name, _, nil): return ["\(name) is gone"]
    case .secret(let id): return ["secret \(id) changed"]
    case .secretCounts(let id): return ["whether secret \(id) counts changed"]
    case .hidden(let name): return ["\(name ?? "a value that is not kept") changed"]
    case .field("times", _, _): return ["the time of files changed"]
    case .field(let name, let old, let new):
      // An edited instruction says more than the field that it went into.
      return isEdited ? [] : ["its \(name) changed: \(old) → \(new)"]
    }
  }

  private func files(of step: Step, _ now: Now, isEdited: Bool) -> [String] {
    let before = buildsOn(step.dependencies, now)
    if step.hasRemotes, step.contextSources.isEmpty {
      let operation = step.contextOperation(epoch: epoch)?.short
      if isEdited { return [] }
      return operation == self.before(of: step)?.operation
        ? ["what it fetches changed"] : ["its source, destination or owner changed"]
    }
    if step.contextSources.isEmpty {
      // A directory is made as its path and owner say; the path stands in the instruction.
      if isEdited { return [] }
      return changedInput(of: step.dependencies) == nil && now.outcome != .possible
        ? ["its owner changed"] : before
    }
    let taken = earlier.changedFiles.filter(step.takes)
    if taken.isEmpty, isEdited { return [] }
    let operation = step.contextOperation(epoch: epoch)?.short
    if taken.isEmpty, operation != self.before(of: step)?.operation {
      return ["its source, destination or owner changed"]
    }
    if taken.isEmpty, now.outcome == .possible { return before }
    // A link in the context may lead to what changed.
    let files = taken.isEmpty ? earlier.changedFiles : taken
    guard !files.isEmpty else {
      return changedInput(of: step.dependencies) == nil ? ["what it takes changed"] : before
    }
    let shown = files.prefix(3).map { String(decoding: $0.bytes, as: UTF8.self) }
    let others = files.count > shown.count ? " and \(files.count - shown.count) more" : ""
    return ["it takes \(shown.joined(separator: ", "))\(others)"]
  }

  /// - Returns: Nothing when all of these are only done again because that is asked for: they may
  ///   well leave the same.
  private func buildsOn(_ steps: [Step.ID], _ now: Now) -> [String] {
    if let changed = changedInput(of: steps) { return ["it builds on \(changed.position)"] }
    if now.key == nil, !usesCache { return [] }
    let undone = undoneInput(of: steps)
    return [undone.map { "it builds on \($0.position)" } ?? "what it builds on changed"]
  }
}
