/// What somebody wants to be taken away.
package struct PruneRequest: Sendable, Equatable {
  /// Whether everything goes that no image with a name consists of. Without this or one of the others
  /// only what is superseded goes.
  package var takesAll: Bool
  /// Only what was not used for this long goes.
  package var age: Duration?
  /// Nothing goes any more when the store takes this many bytes.
  package var kept: Int64?

  package init(takesAll: Bool = false, age: Duration? = nil, kept: Int64? = nil) {
    (self.takesAll, self.age, self.kept) = (takesAll, age, kept)
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
