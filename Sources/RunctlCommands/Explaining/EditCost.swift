import BuildEngine

/// What it would cost to edit something that steps take: the steps that would be done again, and
/// the time that they took before.
struct EditCost: Encodable {
  /// The instruction that takes it.
  let edit: String
  /// Of the longest chain: steps that do not need each other run at once. nil when a step's time is
  /// not known.
  let seconds: Double?
  /// The steps by their labels, the first one first.
  let steps: [String]

  /// One for each base and each instruction that takes something from the context.
  static func all(_ steps: [StepReport]) -> [EditCost] {
    steps.indices.compactMap { index in
      let instruction = steps[index].instruction
      // Another base is there without a step: what builds on it is done again.
      if instruction.hasPrefix("FROM ") {
        return instruction == "FROM scratch"
          ? nil : EditCost(of: instruction, at: [], past: [index], steps)
      }
      return steps[index].sources.isEmpty
        ? nil : EditCost(of: instruction, at: [index], past: [], steps)
    }
  }

  /// - Parameters:
  ///   - first: Steps that would be done again.
  ///   - changed: Steps that would leave something else without any work.
  init(of edit: String, at first: [Int], past changed: [Int] = [], _ steps: [StepReport]) {
    var redone: [Int] = []
    /// When a changed root file system is there; nil inside where nobody knows.
    var ready: [Int: Double?] = [:]
    for (index, step) in steps.enumerated() {
      let isFirst = first.contains(index)
      let before = step.needs.compactMap { ready[$0] }
      guard isFirst || changed.contains(index) || !before.isEmpty else { continue }
      let start = before.contains { $0 == nil } ? nil : before.compactMap(\.self).max() ?? 0
      if isFirst || (!step.isIndependent && !changed.contains(index)) {
        redone.append(index)
        ready[index] = .some(start.flatMap { start in step.seconds.map { start + $0 } })
      } else {
        ready[index] = .some(start)
      }
    }
    let ends = redone.map { ready[$0] ?? nil }
    self.edit = ExplanationView.line(edit)
    seconds = ends.contains { $0 == nil } ? nil : ends.compactMap(\.self).max() ?? 0
    self.steps = redone.map { steps[$0].label }
  }

  /// `about 3.5 s, 4 steps`.
  var summary: String {
    let time =
      seconds.map { $0 < 0.01 ? "almost nothing" : "about " + Quantity.duration(.seconds($0)) }
      ?? "an unknown time"
    return "\(time), \(Quantity.count(steps.count, "step"))"
  }
}

extension StepReport {
  fileprivate var seconds: Double? { duration.map { $0 / .seconds(1) } }
}
