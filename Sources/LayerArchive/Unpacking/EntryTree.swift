import FileSystem
package import OCI

/// Makes files of entries, without a layer in between: for what a command only looks at.
package enum EntryTree {
  private static let blockSize = 256 << 10

  /// - Parameters:
  ///   - entries: In order of path, each regular file with the digest of its content; the root may
  ///     be among them.
  ///   - directory: Empty.
  ///   - epoch: The time of everything, in seconds since 1970-01-01T00:00:00Z.
  /// - Throws: ``ArchiveError/contentChanged(_:)`` for a file that is not what its entry says.
  package static func write(
    _ entries: [LayerEntry], into directory: String, form: OverlayForm, epoch: Int64,
    content: (LayerEntry) throws -> FileContent
  ) throws {
    let builder = try SnapshotBuilder(SnapshotTarget(directory: directory, form: form))
    let modified = epoch * 1_000_000_000
    for entry in entries {
      switch entry.kind {
      case .directory: try builder.makeDirectory(entry.path)
      case .hardLink: try builder.link(entry.path, to: TreePath(trusted: entry.link))
      case .file: try copy(content(entry), to: builder.makeFile(entry.path), entry, modified)
      case .whiteout: break
      default: try builder.make(entry, modified: modified)
      }
    }
    for entry in entries.reversed() where entry.kind == .directory {
      try builder.finish(SettledLayer.Directory(entry: entry, modified: modified))
    }
  }

  private static func copy(
    _ content: FileContent, to file: SnapshotFile, _ entry: LayerEntry, _ modified: FileTime
  ) throws {
    var cursor = try ContentCursor(content, for: entry.path)
    var hash = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: blockSize, alignment: 16)
    defer { buffer.deallocate() }
    var offset: Int64 = 0
    while case let count = try cursor.read(into: buffer), count > 0 {
      let block = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      hash.update(block)
      try file.write(offset, block)
      offset += Int64(count)
      // One that grows without end is not read without end.
      if offset > entry.size { throw ArchiveError.contentChanged(entry.path) }
    }
    guard offset == entry.size, entry.content == nil || hash.finalize() == entry.content else {
      throw ArchiveError.contentChanged(entry.path)
    }
    try file.finish(entry, modified: modified)
  }
}
