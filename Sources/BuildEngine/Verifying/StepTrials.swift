package import BuildPlan
import OCI
package import Storage
import Synchronization

/// Does commands of a build again with one thing changed, to see what makes the difference.
package struct StepTrials: Sendable {
  package typealias Redo = @Sendable (Step, Surroundings) throws -> [StoredLayer]

  /// What is changed in a trial.
  enum Factor: CaseIterable {
    case nothing
    case clock
    case hostName
    case locale
    case timeZone
    case listingOrder
    case all

    /// What it is the cause of, when it alone makes a difference.
    var cause: DifferenceCause.Kind? {
      switch self {
      case .nothing: .randomness
      case .clock: .timeStamp
      case .hostName: .hostName
      case .locale: .locale
      case .timeZone: .timeZone
      case .listingOrder: .listingOrder
      case .all: nil
      }
    }
  }

  /// Longer commands are not tried again.
  private static let longest = Duration.seconds(60)

  private struct Key: Hashable {
    let step: Step.ID
    let factor: Factor
  }

  private let build: ComparedBuild
  private let varied: Surroundings
  private let redo: Redo
  private let known = Memory()

  private final class Memory: Sendable {
    let paths = Mutex<[Key: Set<TreePath>]>([:])
  }

  init(of build: ComparedBuild, varied: Surroundings, redo: @escaping Redo) {
    self.build = build
    self.varied = varied
    self.redo = redo
  }

  /// The cause that makes a file differ when it is the only one.
  /// - Returns: nil when no single one does, or the step cannot be tried.
  func cause(of file: EntryDifference, _ step: Step.ID) throws -> DifferenceCause.Kind? {
    // A name that is another one each time is never seen twice.
    let isNamedAnew = file.before == nil || file.after == nil
    for factor in Factor.allCases {
      guard let cause = factor.cause, let paths = try paths(differingFrom: step, with: factor)
      else { continue }
      let isThere =
        paths.contains(file.path)
        || isNamedAnew && paths.contains { $0.parent == file.path.parent }
      if isThere { return cause }
    }
    return nil
  }

  /// What differs from the build when a step is done again on what was below it there.
  /// - Returns: nil when the step is no command, or one that takes long.
  func paths(differingFrom step: Step.ID, with factor: Factor) throws -> Set<TreePath>? {
    let key = Key(step: step, factor: factor)
    if let paths = known.paths.withLock({ $0[key] }) { return paths }
    guard case .run = build.plan[step].operation,
      build.image.steps[step.index].duration.map({ $0 < Self.longest }) ?? true
    else { return nil }
    let layers = try redo(build.plan[step], surroundings(changing: factor))
    let paths = Set(
      LayerIndex.differences(
        try build.entries(of: step),
        try ComparedBuild.entries(of: layers.map(\.diffID), in: build.services)
      ).compactMap { ($0.old ?? $0.new)?.path })
    known.paths.withLock { $0[key] = paths }
    return paths
  }

  private func surroundings(changing factor: Factor) -> Surroundings {
    var changed = build.services.surroundings
    func take(_ names: (String) -> Bool) {
      for (name, value) in varied.environment where names(name) {
        changed.environment[name] = value
      }
    }
    switch factor {
    case .nothing: break
    case .clock: changed.clockShift = varied.clockShift
    case .hostName: changed.hostname = varied.hostname
    case .locale: take { $0 != "TZ" }
    case .timeZone: take { $0 == "TZ" }
    case .listingOrder: changed.reordersListings = varied.reordersListings
    case .all: return varied
    }
    return changed
  }
}
