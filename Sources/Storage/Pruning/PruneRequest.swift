/// What somebody wants to be taken away.
package struct PruneRequest: Sendable, Equatable {
  /// Whether everything goes that no image with a name consists of. Without this or one of the others
  /// only what is superseded goes.
  package var takesAll: Bool
  /// Only what was not used for this long goes.
  package var age: Duration?
  /// Nothing goes any more when the store takes this many bytes.
  package var kept: Int64?

  /// Nothing goes at all while the store takes at most this many bytes.
  package var limit: Int64

  package init(takesAll: Bool = false, age: Duration? = nil, kept: Int64? = nil, limit: Int64 = 0) {
    (self.takesAll, self.age, self.kept, self.limit) = (takesAll, age, kept, limit)
  }

  /// Whether it could go at all.
  func covers(_ item: StoredItem, now: Int64) -> Bool {
    let isChosen = takesAll || age != nil || kept != nil
    guard item.standing < (isChosen ? .named : .current) else { return false }
    if let age, .seconds(now - item.lastUsed) < age { return false }
    // What takes no room makes none.
    return kept == nil || item.bytes > 0
  }
}
