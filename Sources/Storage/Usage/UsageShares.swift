/// What each user of the store needs: alone, and together with others.
package struct UsageShares: Sendable, Equatable {
  package struct Share: Sendable, Equatable {
    package fileprivate(set) var alone: Int64 = 0
    package fileprivate(set) var shared: Int64 = 0

    package var total: Int64 { alone + shared }
  }

  /// What nobody needs: with the shares of all, everything.
  package private(set) var unneeded: Int64 = 0
  /// Needed by several: part of the share of each of them.
  package private(set) var shared: Int64 = 0

  /// - Parameter group: Whom a user counts as; nil leaves one out.
  package static func of<Group: Hashable>(
    _ inventory: StoreInventory, by group: (StoreUser) -> Group
  ) -> (shares: [Group: Share], rest: UsageShares) {
    var needers: [StoredItem.Name: Set<Group>] = [:]
    var shares: [Group: Share] = [:]
    for (user, names) in inventory.users {
      shares[group(user)] = Share()
      for name in names { needers[name, default: []].insert(group(user)) }
    }
    var rest = UsageShares()
    for item in inventory.items {
      let groups = needers[item.name] ?? []
      if groups.isEmpty { rest.unneeded += item.bytes }
      if groups.count > 1 { rest.shared += item.bytes }
      for group in groups {
        if groups.count == 1 {
          shares[group]?.alone += item.bytes
        } else {
          shares[group]?.shared += item.bytes
        }
      }
    }
    return (shares, rest)
  }
}
