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
  private let modes: FileModes

  package init(
    root: String, entries: [ContextEntry], racySince: FileTime, fingerprint: StatFingerprint,
    modes: FileModes = .kept
  ) {
    self.root = root
    self.entries = entries
    self.racySince = racySince
    self.fingerprint = fingerprint
    self.modes = modes
  }

  package func isRacy(_ status: FileStatus) -> Bool {
    // The file may lie on a file system that keeps times less finely than the clock's.
    let since = racySince - status.coarseness
    return status.modified >= since || status.changed >= since
  }

  package func entry(at path: TreePath) -> ContextEntry? {
    position(of: path).map { entries[$0] }
  }

  /// Everything inside a directory, at any depth.
  package func descendants(of path: TreePath) -> ArraySlice<ContextEntry> {
    entries[positions(inside: path)]
  }

  /// Where an entry is among all.
  package func position(of path: TreePath) -> Int? {
    let position = lowerBound(path.bytes)
    return position < entries.count && entries[position].path == path ? position : nil
  }

  /// Where that is which a directory has inside, at any depth.
  package func positions(inside path: TreePath) -> Range<Int> {
    if path.isRoot { return entries.indices }
    let slash = UInt8(ascii: "/")
    return lowerBound(path.bytes + [slash])..<lowerBound(path.bytes + [slash + 1])
  }

  private func lowerBound(_ path: [UInt8]) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].path.bytes.precedes(path) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}

extension ContextTree: TreeView {
  /// As a COPY sees it: owned by root, and without the content's digest, which takes reading.
  package func entry(at path: TreePath) -> LayerEntry? {
    if path.isRoot { return LayerEntry(path: path, kind: .directory, permissions: 0o755) }
    let found: ContextEntry? = entry(at: path)
    return found.flatMap(layerEntry)
  }

  package func descendants(of path: TreePath) -> [LayerEntry] {
    let found: ArraySlice<ContextEntry> = descendants(of: path)
    return found.compactMap(layerEntry)
  }

  package func linkIdentity(of path: TreePath) -> LinkIdentity? {
    let found: ContextEntry? = entry(at: path)
    guard let status = found?.status, status.kind == .file, status.linkCount > 1 else { return nil }
    return LinkIdentity(Array("\(status.device) \(status.inode)".utf8))
  }

  /// As a COPY sees it; nil for what no archive can hold.
  package func layerEntry(_ entry: ContextEntry) -> LayerEntry? {
    guard let kind = Self.kind(entry.status.kind) else { return nil }
    var made = LayerEntry(
      path: entry.path, kind: kind, permissions: modes.permissions(of: entry.status))
    switch kind {
    case .file: made.size = entry.status.size
    case .symlink:
      made.link = entry.link
      made.permissions = 0o777
    case .characterDevice, .blockDevice:
      made.deviceMajor = entry.status.deviceMajor
      made.deviceMinor = entry.status.deviceMinor
    default: break
    }
    return made
  }

  /// - Returns: nil for a socket, which no archive can hold.
  private static func kind(_ kind: FileStatus.Kind) -> LayerEntry.Kind? {
    switch kind {
    case .file: .file
    case .directory: .directory
    case .symlink: .symlink
    case .characterDevice: .characterDevice
    case .blockDevice: .blockDevice
    case .fifo: .fifo
    case .socket: nil
    }
  }
}
