import FileSystem
package import OCI

/// What a step has changed: an overlay's upper directory as a layer.
package enum UpperDirectory {
  /// Packs the directory's changes, and makes it what unpacking the layer would give.
  ///
  /// What is no change (a file that was touched, a directory that was only copied up) is left out of
  /// the layer and removed from the directory, as are sockets and the overlay's own notes. Python's
  /// compiled files are adjusted to the new times. Whatever leads to a change has an entry.
  ///
  /// - Parameters:
  ///   - directory: The upper directory of an overlay that is no longer mounted.
  ///   - base: What was below it.
  ///   - epoch: The time that everything in it gets, in seconds since 1970-01-01T00:00:00Z.
  ///   - mountPoints: Paths that were not there and were made for mounts: an empty file or directory
  ///     at one is no change.
  ///   - writer: Nothing is appended when nothing has changed.
  /// - Returns: Whether anything has changed.
  /// - Throws: ``ArchiveError``, ``FileError``, and what the writer's blob throws.
  package static func pack(
    directory: String, over base: RootTree, form: OverlayForm,
    epoch: Int64 = LayerWriter.epoch, mountPoints: Set<TreePath> = [], into writer: LayerWriter
  ) throws -> Bool {
    let tree = try UpperTree(directory, form: form)
    try CompiledPython.retime(in: tree, to: epoch)
    let changes = try UpperChanges(of: tree, over: base, mountPoints: mountPoints)
    for item in changes.removed.reversed() {
      try tree.remove(item.entry.path, isDirectory: item.entry.kind == .directory)
    }
    var linked: [UInt64: TreePath] = [:]
    for item in changes.kept {
      try tree.tidy(item)
      try append(item, of: tree, &linked, to: writer)
    }
    // Each directory after everything in it.
    for item in changes.kept.reversed() { try tree.setTimes(of: item.entry.path, to: epoch) }
    return !changes.kept.isEmpty
  }

  /// - Parameter linked: The first names of files that have several, by inode.
  private static func append(
    _ item: UpperItem, of tree: borrowing UpperTree, _ linked: inout [UInt64: TreePath],
    to writer: LayerWriter
  ) throws {
    var entry = item.entry
    guard entry.kind == .file else { return try writer.append(entry) }
    if item.status.linkCount > 1 {
      if let first = linked[item.status.inode] {
        entry.kind = .hardLink
        entry.link = first.bytes
        return try writer.append(entry)
      }
      linked[item.status.inode] = entry.path
    }
    try writer.append(entry, content: tree.content(of: entry.path))
  }
}
