package import FileSystem
package import OCI

/// One thing in a context, as it was when the context was walked.
package struct ContextEntry: Sendable {
  package let path: TreePath
  package let status: FileStatus
  /// Where a symbolic link leads; empty for anything else.
  package let link: [UInt8]
}

/// What a context held when it was walked, without what its ignore file excludes.
package struct ContextTree: Sendable {
  /// The directory on disk.
  package let root: String
  /// In order of path, without the root itself.
  package let entries: [ContextEntry]
  /// Files changed at this time or later may have changed again without a trace in their stat
  /// record.
  package let racySince: FileTime
  /// Of every entry.
  package let fingerprint: StatFingerprint

  package init(
    root: String, entries: [ContextEntry], racySince: FileTime, fingerprint: StatFingerprint
  ) {
    self.root = root
    self.entries = entries
    self.racySince = racySince
    self.fingerprint = fingerprint
  }

  package func isRacy(_ status: FileStatus) -> Bool {
    status.modified >= racySince || status.changed >= racySince
  }

  package func entry(at path: TreePath) -> ContextEntry? {
    let position = lowerBound(path.bytes)
    guard position < entries.count, entries[position].path == path else { return nil }
    return entries[position]
  }

  /// Everything inside a directory, at any depth.
  package func descendants(of path: TreePath) -> ArraySlice<ContextEntry> {
    if path.isRoot { return entries[...] }
    let slash = UInt8(ascii: "/")
    return entries[lowerBound(path.bytes + [slash])..<lowerBound(path.bytes + [slash + 1])]
  }

  private func lowerBound(_ path: [UInt8]) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].path.bytes.lexicographicallyPrecedes(path) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
