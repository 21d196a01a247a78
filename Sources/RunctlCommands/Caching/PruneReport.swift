import BuildEngine
import Glibc
import OCI
import Storage

/// What was taken away, or would be.
struct PruneReport: Encodable {
  struct Item: Encodable {
    let kind: String
    /// A path below the store's folder.
    let name: String
    let title: String
    let bytes: Int64
    let lastUsed: String
    /// `superseded`: neither a name nor a newest build needs it; `unused`: not used for longer than
    /// others.
    let reason: String
    fileprivate let usedAt: Int64
    fileprivate let short: String

    private enum CodingKeys: String, CodingKey {
      case kind, name, title, bytes, lastUsed, reason
    }

    init(_ item: StoredItem) {
      kind = item.kind.rawValue
      name = item.name.description
      title = StepList.shown(item.title)
      bytes = item.bytes
      lastUsed = Timestamp.rfc3339(item.lastUsed)
      reason = item.standing == .superseded ? "superseded" : "unused"
      usedAt = item.lastUsed
      short = Self.short(item.name)
    }

    private static func short(_ name: StoredItem.Name) -> String {
      switch name {
      case .blob(let digest), .snapshot(let digest), .step(let digest): digest.short
      case .cacheMount(let key, let number): number == 0 ? key.short : "\(key.short)/\(number)"
      case .file(let path): path.count > 30 ? path.prefix(29) + "…" : path
      }
    }
  }

  let dryRun: Bool
  let removed: [Item]
  /// What stays only because a running command relies on it.
  let inUse: [Item]
  /// In bytes on the disk.
  let freed: Int64
  /// What the store takes afterwards.
  let total: Int64

  init(_ outcome: PruneOutcome) {
    dryRun = false
    removed = outcome.removed.map(Item.init)
    inUse = outcome.inUse.map(Item.init)
    (freed, total) = (outcome.freed, outcome.total)
  }

  /// - Parameter total: What the store takes now.
  init(_ plan: PrunePlan, total: Int64) {
    dryRun = true
    removed = plan.removals.map(Item.init)
    inUse = plan.inUse.map(Item.init)
    (freed, self.total) = (plan.freed, total - plan.freed)
  }

  func print(to terminal: Terminal) {
    if dryRun, !removed.isEmpty { printItems(to: terminal) }
    let verb = dryRun ? "would remove" : "removed"
    let what = removed.isEmpty ? "nothing" : summary
    terminal.print("\(verb) \(what): \(Quantity.bytes(freed))")
    if !inUse.isEmpty {
      terminal.print("\(Quantity.count(inUse.count, "thing")) in use by running commands stays")
    }
    terminal.print("the store \(dryRun ? "would take" : "takes") \(Quantity.bytes(total))")
  }

  /// `3 layers, 2 snapshots`.
  var summary: String {
    StoredItem.Kind.allCases.compactMap { kind in
      let count = removed.count { $0.kind == kind.rawValue }
      if count == 0 { return nil }
      if kind == .step { return Quantity.count(count, "result") + " without a layer" }
      return Quantity.count(count, kind.rawValue.replacing("-", with: " "))
    }.joined(separator: ", ")
  }

  private func printItems(to terminal: Terminal) {
    let now = Int64(time(nil))
    var table = Table("KIND", "NAME", "SIZE", "USED", "WHY", "WHAT")
    for item in removed {
      let title = DiagnosticPrinter.printable(item.title)
      table.add(
        item.kind, item.short, Quantity.bytes(item.bytes), Quantity.age(item.usedAt, at: now),
        item.reason, title.count > 50 ? title.prefix(49) + "…" : title)
    }
    table.print(to: terminal)
  }
}
