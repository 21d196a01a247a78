package import BuildPlan
package import OCI
import Storage

/// What an instruction has made differently in two builds of one plan.
package struct StepDifference: Sendable {
  package let step: Step.ID
  /// What no earlier instruction has made differently already, in order of path.
  package let files: [EntryDifference]
  /// The instruction before it whose difference it hands on; else the nearest whose difference it
  /// has seen.
  package let seen: Step.ID?
}

/// Finds, step by step, where two builds of one plan part.
///
/// A difference is told once, at the instruction that made it: what later instructions copy, or
/// change again, only follows from it. Knows nothing of why.
package struct BuildComparison: Sendable {
  /// In the order of the plan; steps that differ in nothing of their own have no files.
  package let steps: [StepDifference]

  package init(_ first: ComparedBuild, _ second: ComparedBuild) throws {
    let plan = first.plan
    var all: [Step.ID: [EntryDifference]] = [:]
    for step in plan.steps {
      let layers = [first, second].map { $0.image.layersOfSteps[step.id.index].map(\.diffID) }
      if layers[0] == layers[1] { continue }
      all[step.id] = LayerIndex.differences(
        try first.entries(of: step.id), try second.entries(of: step.id)
      ).compactMap { EntryDifference($0.old, $0.new) }
    }
    steps = Self.told(all, plan)
  }

  private static func told(
    _ all: [Step.ID: [EntryDifference]], _ plan: BuildPlan
  ) -> [StepDifference] {
    var known: [Trace: Step.ID] = [:]
    var found: [StepDifference] = []
    for step in plan.steps {
      guard let files = all[step.id] else { continue }
      let seen = seen(by: step, plan, all)
      let origins = files.map { file in
        seen == nil ? nil : Trace.all(of: file).lazy.compactMap { known[$0] }.first
      }
      let own = zip(files, origins).filter { $0.1 == nil }.map(\.0)
      for trace in files.flatMap(Trace.all) { known[trace] = known[trace] ?? step.id }
      found.append(
        StepDifference(
          step: step.id, files: own, seen: origins.lazy.compactMap(\.self).first ?? seen))
    }
    return reaching(found, all, plan)
  }

  /// A difference that is known again when it is copied or changed once more.
  private enum Trace: Hashable {
    case path(TreePath)
    case contents(Digest?, Digest?)

    static func all(of file: EntryDifference) -> [Trace] {
      let contents = (file.before?.content, file.after?.content)
      let isContent = contents.0 != contents.1
      return [.path(file.path)] + (isContent ? [.contents(contents.0, contents.1)] : [])
    }
  }

  /// The nearest step that differs among all that a step builds on.
  private static func seen(
    by step: Step, _ plan: BuildPlan, _ all: [Step.ID: [EntryDifference]]
  ) -> Step.ID? {
    var waiting = step.dependencies
    var nearest: Step.ID?
    var visited: Set<Step.ID> = []
    while let next = waiting.popLast() {
      guard visited.insert(next).inserted else { continue }
      if all[next] != nil, next.index > nearest?.index ?? -1 { nearest = next }
      waiting += plan[next].dependencies
    }
    return nearest
  }

  /// Without the files of other stages that never get into the image, as far as what gets there is
  /// explained without them.
  private static func reaching(
    _ found: [StepDifference], _ all: [Step.ID: [EntryDifference]], _ plan: BuildPlan
  ) -> [StepDifference] {
    let inImage = Set(plan.chain(to: plan.result))
    let arrived = Set(
      all.filter { inImage.contains($0.key) }.values.joined().flatMap(Trace.all))
    return found.map { difference in
      guard !inImage.contains(difference.step) else { return difference }
      let files = difference.files.filter { file in
        Trace.all(of: file).contains { arrived.contains($0) }
      }
      return StepDifference(
        step: difference.step, files: files.isEmpty ? difference.files : files,
        seen: difference.seen)
    }
  }
}
