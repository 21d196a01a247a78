package import BuildPlan
package import OCI

/// Something that makes an image larger than it need be.
package struct Finding: Sendable {
  package enum Cause: Sendable {
    /// A RUN leaves what package managers keep for the next time.
    case packageCaches([(cache: PackageCache, directory: TreePath)])
    /// A COPY takes what an ignore file should leave out; the lines that would.
    case context(ContextLitter, patterns: [String])
    /// What one instruction makes, a later one removes or replaces.
    case removedLater(by: Step.ID)
    /// A later instruction gives files another owner or other permissions, and so repeats them.
    case changedLater(by: Step.ID, owner: String?, permissions: UInt16?)
    /// Commands of a stage, the last one with it, install what only builds need; `results` is what
    /// they made.
    case buildTools([String], until: Step.ID, results: [TreePath])
  }

  package let cause: Cause
  /// The instruction that it is about.
  package let step: Step.ID
  package let saving: Saving
}

/// Looks for one kind of waste.
protocol AdviceRule {
  func findings(in image: AdvisedImage, _ claims: inout Claims) -> [Finding]
}

package enum ImageAdvisor {
  /// What saves fewer bytes than this is no news.
  private static let least: Int64 = 10_000

  /// All that is found, that which saves most first; no byte is counted twice.
  package static func findings(in image: AdvisedImage) -> [Finding] {
    var claims = Claims(image)
    // What should not be in the context is not asked what became of it in the image.
    let rules: [any AdviceRule] = [
      ContextRule(), PackageCacheRule(), HiddenFileRule(), BuildToolRule(),
    ]
    return rules.flatMap { $0.findings(in: image, &claims) }
      .filter { $0.saving.bytes >= least }
      .sorted { ($1.saving.bytes, $0.step.index) < ($0.saving.bytes, $1.step.index) }
  }
}
