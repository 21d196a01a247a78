import OCI

/// What is taken away, in this order: what was not used for the longest time first, and among what
/// was last used at the same time whatever takes the least time to have again, for its size.
///
/// Looks at what it is given and nowhere else.
package struct PrunePlan: Sendable, Equatable {
  package private(set) var removals: [StoredItem] = []
  /// What would have its turn, and stays because a running command relies on it.
  package private(set) var inUse: [StoredItem] = []

  package var freed: Int64 { removals.reduce(0) { $0 + $1.bytes } }

  /// - Parameters:
  ///   - total: How many bytes the store takes, with what is no item.
  ///   - now: Seconds since 1970-01-01T00:00:00Z.
  package init(_ items: [StoredItem], total: Int64, _ request: PruneRequest, now: Int64) {
    if total <= request.limit { return }
    let snapshots = Dictionary(grouping: items.filter { $0.blob != nil }, by: \.blob)
    let candidates = items.filter { request.covers($0, now: now) }.sorted(by: Self.goesBefore)
    var taken: Set<StoredItem.Name> = []
    var left = total
    for item in candidates where !taken.contains(item.name) {
      if let kept = request.kept, left <= kept { break }
      let group = Self.group(of: item, snapshots).filter { !taken.contains($0.name) }
      guard !group.contains(where: \.isInUse) else {
        inUse.append(item)
        continue
      }
      for member in group where taken.insert(member.name).inserted {
        removals.append(member)
        left -= member.bytes
      }
    }
  }

  /// With a layer goes what it was unpacked to.
  private static func group(
    of item: StoredItem, _ snapshots: [Digest?: [StoredItem]]
  ) -> [StoredItem] {
    guard case .blob(let digest) = item.name else { return [item] }
    return (snapshots[digest] ?? []) + [item]
  }

  static func goesBefore(_ a: StoredItem, _ b: StoredItem) -> Bool {
    if a.lastUsed != b.lastUsed { return a.lastUsed < b.lastUsed }
    let (first, second) = (price(a), price(b))
    return first == second ? a.name < b.name : first < second
  }

  /// Seconds for a byte.
  private static func price(_ item: StoredItem) -> Double {
    (item.rebuild / .seconds(1)) / Double(max(1, item.bytes))
  }
}
