/// Where a step stands among those of its stage, as people count them.
package struct StepPosition: Sendable, Hashable, Codable {
  /// nil for a single stage without a name.
  package let stage: String?
  /// From 1 on.
  package let number: Int
  package let count: Int
}

extension StepPosition: CustomStringConvertible {
  /// `[builder 2/3]`.
  package var description: String {
    "[" + (stage.map { $0 + " " } ?? "") + "\(number)/\(count)]"
  }
}

extension BuildPlan {
  /// One for each step, in the same order.
  package var positions: [StepPosition] {
    var counts: [String?: Int] = [:]
    for step in steps { counts[step.stage, default: 0] += 1 }
    var seen: [String?: Int] = [:]
    return steps.map { step in
      seen[step.stage, default: 0] += 1
      return StepPosition(
        stage: step.stage, number: seen[step.stage] ?? 0, count: counts[step.stage] ?? 0)
    }
  }
}
