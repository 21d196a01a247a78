import BuildPlan
import ContextScan
import OCI

/// A COPY of so many files that a look does not work out what it would leave: whether anything that
/// it takes has changed is enough to know whether it would be done.
struct LargeCopy {
  /// How many files are looked at one by one: that takes a few milliseconds.
  private static let limit = 4_000

  private let copy: CopyOperation
  private let selection: CopySelection

  /// - Returns: nil for a step that is none.
  init?(_ step: Step, in context: BuildContext) throws {
    guard case .copy(let copy) = step.operation, copy.source == .context,
      copy.remotes.isEmpty
    else { return nil }
    let tree = try context.tree()
    selection = try CopySelection(copy, in: .context(tree, context))
    let count = selection.matches.reduce(0) { $0 + tree.positions(inside: $1.path).count }
    guard count > Self.limit else { return nil }
    self.copy = copy
  }

  /// Whether it takes one of these files, or may do so through a link.
  func takes(anyOf changed: [TreePath]) -> Bool {
    let patterns = copy.patterns.compactMap { SourcePattern($0.text) }
    let followsLinks = selection.matches.contains { match in
      !patterns.contains { $0.covers(match.path) }
    }
    return !changed.isEmpty
      && (followsLinks
        || changed.contains { path in
          let matches = selection.matches.compactMap { match in
            path.relative(to: match.path).map { selection.includes($0, below: match.path) }
          }
          return matches.contains(true)
            || (matches.isEmpty && patterns.contains { $0.covers(path) })
        })
  }
}

extension Step {
  /// Stands for what a COPY from the context does, whatever the files are; nil for other steps.
  /// - Parameter epoch: The time of what it leaves.
  func contextOperation(epoch: Int64) -> Digest? {
    guard case .copy(let copy) = operation, copy.source == .context else { return nil }
    var hasher = StepKeyHasher()
    copy.describe(to: &hasher)
    hasher.field("times", String(epoch))
    return hasher.finalize()
  }
}
