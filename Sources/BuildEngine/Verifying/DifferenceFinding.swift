package import BuildPlan
package import OCI

/// What an instruction makes differently for one reason.
package struct DifferenceFinding: Sendable {
  package let step: Step.ID
  package let cause: DifferenceCause
  /// In order of path; at least one.
  package let files: [EntryDifference]
}

/// What is the matter with one instruction of a plan.
package struct StepFindings: Sendable {
  package let step: Step.ID
  package let findings: [DifferenceFinding]
  /// The instruction whose difference explains all others of this one.
  package let follows: Step.ID?
}
