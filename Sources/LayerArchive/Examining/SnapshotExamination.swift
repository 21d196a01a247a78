import FileSystem
package import OCI

/// Compares an unpacked layer with what its index says. Changes nothing.
package struct SnapshotExamination {
  private let index: LayerIndex
  /// What lies below a foreign layer, which is completed with that; nil for one of runctl's own,
  /// whose snapshot is the same wherever it lies.
  private let base: RootTree?
  private let form: OverlayForm
  /// Not everybody may make devices: those may be missing.
  private let mayLackDevices: Bool
  private let items: [TreePath: UpperItem]
  private var differences: [SnapshotDifference] = []

  /// - Parameters:
  ///   - count: Told how many bytes were read, and may throw to end it.
  /// - Returns: In order of path.
  /// - Throws: `FileError` when something vanishes meanwhile.
  package static func differences(
    between directory: String, and index: LayerIndex, base: RootTree?, form: OverlayForm,
    mayLackDevices: Bool, counting count: (Int) throws -> Void
  ) throws -> [SnapshotDifference] {
    let opened = try FileSystem.Directory.open(directory)
    var examination = try SnapshotExamination(
      opened, index, base, form, mayLackDevices: mayLackDevices)
    for entry in index.entries { try examination.compare(entry, in: opened, counting: count) }
    examination.findExtra()
    if base == nil { examination.compareTimes() }
    return examination.differences.sorted { $0.path < $1.path }
  }

  private init(
    _ opened: borrowing FileSystem.Directory, _ index: LayerIndex,
    _ base: RootTree?, _ form: OverlayForm, mayLackDevices: Bool
  ) throws {
    (self.index, self.base, self.form) = (index, base, form)
    self.mayLackDevices = mayLackDevices
    let walk = try UpperWalk(opened, form: form, removesSockets: false)
    items = Dictionary(walk.items.map { ($0.entry.path, $0) }, uniquingKeysWith: { $1 })
  }

  private mutating func note(_ path: TreePath, _ aspect: SnapshotDifference.Aspect) {
    differences.append(SnapshotDifference(path, aspect))
  }

  private mutating func compare(
    _ entry: LayerEntry, in opened: borrowing FileSystem.Directory,
    counting count: (Int) throws -> Void
  ) throws {
    guard let item = items[entry.path] else {
      if !mayBeMissing(entry) { note(entry.path, .missing) }
      return
    }
    let found = item.entry
    guard item.status.kind != .socket, found.kind == (entry.kind == .hardLink ? .file : entry.kind)
    else { return note(entry.path, .kind) }
    if entry.kind == .whiteout { return }
    compareAttributes(entry, found)
    switch entry.kind {
    case .symlink: if found.link != entry.link { note(entry.path, .link) }
    case .characterDevice, .blockDevice:
      if found.deviceMajor != entry.deviceMajor || found.deviceMinor != entry.deviceMinor {
        note(entry.path, .device)
      }
    case .directory: if found.isOpaque != entry.isOpaque { note(entry.path, .opaqueness) }
    case .hardLink:
      if let target = items[TreePath(trusted: entry.link)] {
        if target.status.inode != item.status.inode { note(entry.path, .link) }
      } else {
        try compareContent(entry, item, in: opened, counting: count)
      }
    case .file: try compareContent(entry, item, in: opened, counting: count)
    case .fifo, .whiteout: break
    }
  }

  private func mayBeMissing(_ entry: LayerEntry) -> Bool {
    switch entry.kind {
    case .characterDevice, .blockDevice: mayLackDevices
    // One that hides nothing is not made.
    case .whiteout: base.map { isCovered(entry.path) || $0.entry(at: entry.path) == nil } ?? false
    default: false
    }
  }

  /// Whether nothing of the layers below is seen at a path.
  private func isCovered(_ path: TreePath) -> Bool {
    path.ancestors.contains { index.entry(at: $0)?.isOpaque == true }
  }

  private mutating func compareAttributes(_ entry: LayerEntry, _ found: LayerEntry) {
    if found.uid != entry.uid || found.gid != entry.gid { note(entry.path, .owner) }
    if entry.kind != .symlink, found.permissions != entry.permissions { note(entry.path, .mode) }
    // Links and devices take none of what a layer may say of them.
    guard entry.kind == .file || entry.kind == .directory else { return }
    let wanted = entry.attributes.filter { ExtendedAttributes.isPortable($0.name) }
    if found.attributes != wanted { note(entry.path, .attributes) }
  }

  private mutating func compareContent(
    _ entry: LayerEntry, _ item: UpperItem, in opened: borrowing FileSystem.Directory,
    counting count: (Int) throws -> Void
  ) throws {
    guard item.entry.size == entry.size else { return note(entry.path, .content) }
    let content = FileContent.fileAt(directory: opened.descriptor, name: entry.path.bytes)
    do {
      let digest = try Self.digest(of: content, at: entry.path, counting: count)
      if digest != entry.content { note(entry.path, .content) }
    } catch let error as FileError where !error.isNotFound {
      // What cannot be read is as good as changed.
      note(entry.path, .content)
    } catch ArchiveError.contentChanged { note(entry.path, .content) }
  }

  private static func digest(
    of content: FileContent, at path: TreePath, counting count: (Int) throws -> Void
  ) throws -> Digest {
    var cursor = try ContentCursor(content, for: path)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { buffer.deallocate() }
    var hash = SHA256()
    while case let size = try cursor.read(into: buffer), size > 0 {
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<size]))
      try count(size)
    }
    return hash.finalize()
  }
}

// MARK: What the index does not name

extension SnapshotExamination {
  private mutating func findExtra() {
    for (path, item) in items where index.entry(at: path) == nil {
      switch item.entry.kind {
      case .directory where path.isRoot || !index.descendants(of: path).isEmpty:
        compareImplied(item.entry)
      // Of an opaque root, which overlays do not know, each thing below is hidden by itself.
      case .whiteout where path.parent.isRoot && base?.entry(at: path) != nil: break
      default: note(path, .extra)
      }
    }
  }

  /// A directory on the way to what a layer has: it looks like the one below it.
  private mutating func compareImplied(_ found: LayerEntry) {
    guard let base else {
      // Layers of runctl's own have them all, but for the root.
      if !found.path.isRoot { note(found.path, .extra) }
      return
    }
    let below = isCovered(found.path) ? nil : base.entry(at: found.path)
    let wanted =
      below?.kind == .directory
      ? below : LayerEntry(path: found.path, kind: .directory, permissions: 0o755)
    if let wanted { compareAttributes(wanted, found) }
  }

  /// All times of a layer of runctl's own are the same.
  private mutating func compareTimes() {
    let dated = items.values.filter { !$0.entry.path.isRoot && $0.entry.kind != .whiteout }
    let counts = Dictionary(grouping: dated, by: \.status.modified).mapValues(\.count)
    guard counts.count > 1,
      let usual = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key
    else { return }
    for item in dated where item.status.modified != usual { note(item.entry.path, .time) }
  }
}
