import BuildEngine
import BuildPlan
import OCI
import Processes
import Project
import Synchronization

/// Holds a lock against the Dockerfiles and, where that is wanted, against what names mean now.
struct LockLook {
  /// What is to be found out of names that are pinned.
  enum Question {
    /// Whether a Dockerfile has them.
    case nothing
    /// Whether they still mean what is pinned; where nobody can say, the pin stands.
    case isTrue
    /// What they mean now.
    case meaning
  }

  private let file: LockFile
  private let needs: [LockNeed]
  /// Whether all Dockerfiles of the project were read: what none of them has is not needed.
  private let isWhole: Bool
  private let inquiry: NameInquiry
  private let services: BuildServices

  init(_ build: ImageBuild, file: LockFile, events: @escaping EventSink) throws {
    self.file = file
    let workspace = build.workspace
    let targets = try build.images.filter { !$0.hasNoDockerfile }
      .map { try ImageTarget(workspace, $0, build.settings) }
    let resolver = try workspace.resolver(build.settings, file) { event in
      if case .unpinned = event { return }
      events(event)
    }
    needs = try LockNeed.all(of: targets, resolver)
    isWhole = build.images.count == workspace.project.images.count
    services = try workspace.services(jobs: build.settings.jobs, events: events)
    inquiry = NameInquiry(services, environment: workspace.environment)
  }

  /// In the order of the Dockerfiles.
  var names: [LockedName] { needs.map(\.name) }

  /// A row for each name of the Dockerfiles, in their order, and then for what is pinned beside.
  /// - Parameter question: What is asked of a name that is pinned.
  func rows(asking question: @Sendable @escaping (LockedName) -> Question) throws -> [LockRow] {
    try concurrently(needs) { need in
      guard let pin = file[need.name] else {
        return LockRow(need, state: .missing)
      }
      return try need.placing { try inquiry.row(need, pin, question(need.name)) }
    } + stale.map(LockRow.init(stale:))
  }

  /// Pins what is missing, takes what names mean now where that was asked, and drops what is stale.
  func settled(_ rows: [LockRow], at time: String) throws -> (file: LockFile, rows: [LockRow]) {
    let settled = try concurrently(rows) { row in
      var row = row
      switch row.state {
      case .missing:
        row.now = try row.need.map { need in
          try need.placing { try inquiry.known(need.subject) }
        }
        row.state = .added
      case .stale: row.state = .dropped
      case .moved: row.state = .updated
      default: break
      }
      return row
    }
    // What is pinned for other images and platforms is not this command's affair.
    let names = Set(settled.map(\.name))
    let others = file.entries.filter { !names.contains($0.name) }
    return (LockFile(others + settled.compactMap { $0.entry(at: time) }), settled)
  }

  private var stale: [LockEntry] {
    guard isWhole else { return [] }
    // Another platform's pin is of use on another machine.
    let needed = Set(needs.map { $0.name.withoutPlatform })
    return file.entries.filter { !needed.contains($0.name.withoutPlatform) }
  }

  private func concurrently<Item: Sendable>(
    _ items: [Item], _ body: @Sendable @escaping (Item) throws -> LockRow
  ) throws -> [LockRow] {
    let found = Mutex<[Int: LockRow]>([:])
    var graph = JobGraph<(index: Int, item: Item)>()
    for (index, item) in items.enumerated() { _ = graph.add((index, item), lane: .transfer) }
    let failures = services.run(graph) { job in
      let row = try body(job.item)
      found.withLock { $0[job.index] = row }
    }
    if let first = failures.first { throw first }
    if services.interruption.requested != nil { throw BuildError.interrupted }
    return found.withLock { found in found.sorted { $0.key < $1.key }.map(\.value) }
  }
}

extension LockedName {
  fileprivate var withoutPlatform: LockedName {
    if case .base(let reference, _) = self { .base(reference, .host) } else { self }
  }
}

extension LockRow {
  /// What is pinned from now on; nil for nothing.
  fileprivate func entry(at time: String) -> LockEntry? {
    switch (state, now) {
    case (.dropped, _): nil
    case (.added, let now?), (.updated, let now?): LockEntry(name: name, meaning: now, locked: time)
    // An index may be another one although the image is the same.
    case (_, let now?): pin.map { LockEntry(name: name, meaning: now, locked: $0.locked) }
    case (_, nil): pin
    }
  }
}
