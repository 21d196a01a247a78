import CArchive
package import OCI

/// A tar archive of the context as the entries that it expands to.
///
/// As the reference does for ADD: what is inside is found by content, compressed by gzip, bzip2, xz,
/// zstd or not at all; names are cleaned inside the destination; owners, modes and extended
/// attributes are kept.
package struct ExpandedArchive: Sendable {
  /// In order of path, below the destination. Directories that the archive does not mention have
  /// no entry. Of several names of one file the first is the file.
  package let entries: [LayerEntry]
  /// The digest of the archive's own bytes, as they were read.
  package let archiveDigest: Digest
  private let contents: [TreePath: Spool.Extent]
  private let spool: SpoolHandle

  /// What to pack for an entry.
  package func content(of index: Int) -> FileContent {
    contents[entries[index].path].map(spool.content) ?? .none
  }

  /// - Parameters:
  ///   - archive: The file that may be an archive.
  ///   - path: Its name, for errors.
  ///   - size: Its size in bytes.
  ///   - destination: What the archive's root becomes.
  ///   - spoolDirectory: Where contents are kept, in a file without a name.
  /// - Returns: nil when the file is no archive, or one without entries, which is the same.
  /// - Throws: ``ArchiveError`` for an archive that is damaged or says what cannot be.
  package static func expand(
    _ archive: FileContent, named path: TreePath, size: Int64, below destination: TreePath,
    spoolDirectory: String, limits: ReadLimits = ReadLimits()
  ) throws -> ExpandedArchive? {
    let largestSize = limits.unpackedSize(ofArchive: size)
    let source = HashingStream(try ContentStream(archive, named: path))
    guard let (tar, first) = try open(source, limits: limits, largestSize: largestSize) else {
      return nil
    }
    var pass = ExpansionPass(tar: tar, spool: try Spool(in: spoolDirectory))
    try pass.apply(first)
    while let raw = try tar.next() { try pass.apply(raw) }
    return pass.finish(below: destination, archiveDigest: try source.finish())
  }

  private static func open(
    _ source: any ByteStream, limits: ReadLimits, largestSize: Int64
  ) throws -> (TarStream, OpaquePointer)? {
    do {
      let peeked = try PeekedStream(source)
      var stream: any ByteStream = peeked
      if peeked.compression != .none {
        stream = LimitedStream(
          try DecompressedStream(peeked, compression: peeked.compression), limit: largestSize)
      }
      let tar = try TarStream(stream, limits: limits, largestSize: largestSize)
      return try tar.next().map { (tar, $0) }
    } catch ArchiveError.malformed {
      return nil
    }
  }

  fileprivate init(
    entries: [LayerEntry], archiveDigest: Digest, contents: [TreePath: Spool.Extent],
    spool: SpoolHandle
  ) {
    self.entries = entries
    self.archiveDigest = archiveDigest
    self.contents = contents
    self.spool = spool
  }
}

/// One archive's way to its entries.
private struct ExpansionPass {
  let tar: TarStream
  let spool: Spool
  var contents = ArchiveContents()
  var extents: [Int: Spool.Extent] = [:]

  mutating func apply(_ raw: OpaquePointer) throws {
    guard let header = try TarEntry(raw) else { return }
    let path = try EntryName.cleaned(header.name)
    // Here such a name is a file's, and a layer cannot have it.
    guard !path.components.contains(where: { $0.starts(with: Whiteout.prefix) }) else {
      throw ArchiveError.reservedName(path)
    }
    var entry = try header.layerEntry(at: path, raw: raw)
    try tar.note(entry)
    for directory in try contents.prepareParents(of: path) { try tar.note(directory) }
    if entry.kind == .hardLink { return try link(header, at: path) }
    _ = try contents.replace(path, with: entry.kind)
    guard entry.kind == .file else {
      contents.insert(entry, modified: header.modified)
      return
    }
    let size = entry.size
    let tar = tar
    let (extent, digest) = try spool.append(size: size) {
      try tar.readContent(size: size, sink: $0)
    }
    entry.content = digest
    let file = contents.insert(entry, modified: header.modified)
    extents[file] = extent
  }

  private mutating func link(_ header: TarEntry, at path: TreePath) throws {
    let target = try header.link.withUnsafeBufferPointer { try EntryName.cleaned($0) }
    guard let found = contents.node(at: target), found.entry.kind != .directory else {
      throw ArchiveError.missingLinkTarget(path, target: target)
    }
    if target == path { return }
    var entry = found.entry
    entry.path = path
    _ = try contents.replace(path, with: entry.kind)
    contents.insert(entry, modified: found.modified, file: found.file)
  }

  func finish(below destination: TreePath, archiveDigest: Digest) -> ExpandedArchive {
    var places: [TreePath: Spool.Extent] = [:]
    let settled = SettledLayer(contents, over: RootTree(layers: []))
    let entries = settled.entries.map { entry in
      var entry = entry
      let file = contents.node(at: entry.path)?.file
      entry.path = destination.appending(entry.path)
      if entry.kind == .file { places[entry.path] = file.flatMap { extents[$0] } }
      if entry.kind == .hardLink {
        entry.link = destination.appending(TreePath(trusted: entry.link)).bytes
      }
      return entry
    }
    return ExpandedArchive(
      entries: entries, archiveDigest: archiveDigest, contents: places, spool: spool.finish())
  }
}
