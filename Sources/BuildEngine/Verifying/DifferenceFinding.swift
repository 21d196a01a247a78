package import BuildPlan
package import OCI

/// What an instruction makes differently for one reason.
package struct DifferenceFinding: Sendable {
  package let cause: DifferenceCause
  /// In order of path; at least one.
  package fileprivate(set) var files: [EntryDifference]
}

/// What is the matter with one instruction of a plan.
package struct StepFindings: Sendable {
  package let step: Step.ID
  package let findings: [DifferenceFinding]
  /// The nearest instruction whose difference this one has seen.
  package let follows: Step.ID?
}

/// Puts together what has a cause of one kind; the first tells for all what was seen.
struct FindingGroups {
  private(set) var all: [DifferenceFinding] = []

  mutating func add(_ file: EntryDifference, _ cause: DifferenceCause) {
    if let index = all.firstIndex(where: { $0.cause.kind == cause.kind }) {
      all[index].files.append(file)
    } else {
      all.append(DifferenceFinding(cause: cause, files: [file]))
    }
  }
}
