import BuildPlan
import OCI

/// Finds out why an instruction makes something differently: by what is in the files, and where that
/// leaves it open, by doing the instruction again with one thing changed at a time.
package struct CauseSearch: Sendable {
  private let first: ComparedBuild
  private let second: ComparedBuild
  private let trials: StepTrials

  /// - Parameter redo: Does a step of the first build again, in other surroundings.
  package init(_ first: ComparedBuild, _ second: ComparedBuild, redo: @escaping StepTrials.Redo) {
    self.first = first
    self.second = second
    trials = StepTrials(of: first, varied: second.moment.surroundings, redo: redo)
  }

  package func findings(of difference: StepDifference) throws -> StepFindings {
    let step = difference.step
    var files = difference.files
    var follows = difference.seen
    if follows != nil, !files.isEmpty {
      // What also differs on the same files below is the instruction's own.
      let own = try trials.paths(differingFrom: step, with: .all)
      files = files.filter { own?.contains($0.path) ?? true }
      if own == nil { follows = nil }
    }
    let differing = Set(files.map(\.path))
    var findings = FindingGroups()
    for file in files { findings.add(file, try cause(of: file, step, differing)) }
    return StepFindings(step: step, findings: findings.all, follows: follows)
  }

  private func cause(
    of file: EntryDifference, _ step: Step.ID, _ differing: Set<TreePath>
  ) throws -> DifferenceCause {
    let cause = DifferenceCause.find(
      in: FileVersions(
        path: file.path, first: try file.before.map { try first.version($0, of: step) },
        second: try file.after.map { try second.version($0, of: step) },
        firstMoment: first.moment, secondMoment: second.moment, differing: differing))
    switch cause.kind {
    case .unknown, .listingOrder, .locale, .timeZone, .hostName:
      return try trials.cause(of: file, step).map {
        DifferenceCause($0, evidence: $0 == cause.kind ? cause.evidence : "")
      } ?? cause
    case .timeStamp:
      // A time that stands still is told in another way in another place.
      let place: Set<DifferenceCause.Kind> = [.locale, .timeZone]
      return try trials.cause(of: file, step).flatMap {
        place.contains($0) ? DifferenceCause($0, evidence: cause.evidence) : nil
      } ?? cause
    default: return cause
    }
  }
}
