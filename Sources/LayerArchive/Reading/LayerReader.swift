import CArchive
import FileSystem
import Glibc
package import OCI

/// A layer that was read to its end.
package struct ReadLayer: Sendable {
  /// The digest of the tar stream.
  package let diffID: Digest
  /// Of several names of one file the first in order of path is the file, the others are links.
  package let index: LayerIndex
  /// Of the tar stream, in bytes.
  package let unpackedSize: Int64
}

/// Reads layers that anybody may have made.
///
/// Names are cleaned inside the root, as the root's own processes would read them: nothing in a
/// layer reaches out of it. One pass: the stream is unpacked and hashed on one thread, its files are
/// hashed and written on another.
///
/// Source: OCI image-spec v1.1, `layer.md`.
package enum LayerReader {
  /// - Parameters:
  ///   - expected: What the stream's digest must be, when it is known before.
  ///   - target: An empty directory that becomes the layer's snapshot. After an error it holds a
  ///     part, which the caller removes.
  ///   - base: The layers below: directories that the layer does not mention get their attributes
  ///     from there, and hard links may lead there.
  /// - Throws: ``ArchiveError``, ``FileError``, and what `blob` throws.
  package static func read(
    _ blob: any BlobReader, mediaType: MediaType, expectedDiffID expected: Digest? = nil,
    unpackingInto target: SnapshotTarget? = nil, base: RootTree, limits: ReadLimits = ReadLimits()
  ) throws -> ReadLayer {
    let largestSize = limits.unpackedSize(ofArchive: blob.size)
    let unpacked = LimitedStream(try open(blob, mediaType), limit: largestSize)
    let stream = HashingStream(unpacked)
    let ahead = ReadAheadStream(stream)
    let tar = try TarStream(ahead, limits: limits, largestSize: largestSize)
    let snapshot = try target.map { try SnapshotBuilder($0) }
    var pass = LayerPass(tar: tar, base: base, snapshot: snapshot)
    while let raw = try tar.next() { try pass.apply(raw) }
    try ahead.drain()
    let diffID = try stream.finish()
    guard expected == nil || expected == diffID else {
      throw ArchiveError.diffIDMismatch(expected: expected ?? diffID, actual: diffID)
    }
    let layer = SettledLayer(pass.contents, over: base)
    try snapshot?.finish(layer)
    return ReadLayer(
      diffID: diffID, index: LayerIndex(layer.entries), unpackedSize: unpacked.count)
  }

  private static func open(_ blob: any BlobReader, _ type: MediaType) throws -> any ByteStream {
    let stream = BlobStream(blob)
    switch type {
    case .layer, .dockerLayer: return stream
    case .layerGzip, .dockerLayerGzip, .layerZstd:
      // Registries do have layers whose type and bytes disagree; the bytes are right.
      let peeked = try PeekedStream(stream)
      if peeked.compression == .none { return peeked }
      return try DecompressedStream(peeked, compression: peeked.compression)
    default: throw ArchiveError.unsupportedMediaType(type)
    }
  }
}

/// One layer's way through the reader.
private struct LayerPass {
  let tar: TarStream
  let base: RootTree
  let snapshot: SnapshotBuilder?
  var contents = ArchiveContents()

  mutating func apply(_ raw: OpaquePointer) throws {
    guard let header = try TarEntry(raw) else { return }
    switch try EntryName(header.name) {
    case .ignored: return
    case .whiteout(let path):
      try tar.note(path)
      try prepareParents(of: path)
      contents.insertWhiteout(path)
    case .opaque(let path):
      // The mark is in the directory, which need have no entry.
      try prepareParents(of: path.appending(name: Whiteout.opaqueMark))
      contents.markOpaque(path)
    case .path(let path): try apply(header, raw, at: path)
    }
  }

  private mutating func prepareParents(of path: TreePath) throws {
    for directory in try contents.prepareParents(of: path) {
      try tar.note(directory)
      try snapshot?.makeDirectory(directory)
    }
  }

  private mutating func apply(_ header: TarEntry, _ raw: OpaquePointer, at path: TreePath) throws {
    var entry = try header.layerEntry(at: path, raw: raw)
    try tar.note(entry)
    try prepareParents(of: path)
    if entry.kind == .hardLink { return try link(header, at: path) }
    if entry.kind == .characterDevice, entry.deviceMajor == 0, entry.deviceMinor == 0 {
      // In a snapshot this device is a whiteout: let the index say so, too.
      return contents.insertWhiteout(path)
    }
    let replaced = try contents.replace(path, with: entry.kind)
    if case .something = replaced { try snapshot?.remove(path) }
    switch entry.kind {
    case .file: entry.content = try readContent(of: entry, modified: header.modified)
    case .directory:
      if case .directory = replaced { break }
      try snapshot?.makeDirectory(path)
    default: try snapshot?.make(entry, modified: header.modified)
    }
    contents.insert(entry, modified: header.modified)
  }

  private func readContent(of entry: LayerEntry, modified: FileTime) throws -> Digest {
    guard let snapshot else { return try tar.readContent(size: entry.size) { _, _ in } }
    let file = try snapshot.makeFile(entry.path)
    let digest = try tar.readContent(size: entry.size, sink: file.write)
    try file.finish(entry, modified: modified)
    return digest
  }

  /// A hard link is its target under another name.
  private mutating func link(_ header: TarEntry, at path: TreePath) throws {
    let target = try header.link.withUnsafeBufferPointer { try EntryName.cleaned($0) }
    if target == path, contents.node(at: path) != nil { return }
    if let found = contents.node(at: target), found.entry.kind != .whiteout {
      guard found.entry.kind != .directory else {
        throw ArchiveError.invalidEntry(path, reason: "it is a hard link to a directory")
      }
      var entry = found.entry
      entry.path = path
      try makeRoom(for: entry)
      try snapshot?.link(path, to: target)
      contents.insert(entry, modified: found.modified, file: found.file)
      return
    }
    guard contents.node(at: target) == nil, var entry = base.entry(at: target),
      entry.kind == .file || entry.kind == .hardLink
    else { throw ArchiveError.missingLinkTarget(path, target: target) }
    entry.path = path
    entry.kind = .hardLink
    entry.link = target.bytes
    try makeRoom(for: entry)
    try snapshot?.copyFromBelow(target, as: entry, modified: header.modified)
    contents.insert(entry, modified: header.modified)
  }

  private mutating func makeRoom(for entry: LayerEntry) throws {
    if case .something = try contents.replace(entry.path, with: entry.kind) {
      try snapshot?.remove(entry.path)
    }
  }
}
