import Glibc
package import OCI

/// Packs entries into a layer.
///
/// The same entries always give the same bytes, however many threads compress them: they come in
/// order of path, one constant time stands for every other, and there are no user or group names.
/// A whiteout comes where the path that it removes would come; what makes a directory opaque comes
/// directly after the directory. Tar stream, diff ID and compression are one pass, in which
/// each worker holds about 1.5 MiB of the layer. Used by one thread.
///
/// Source: OCI image-spec v1.1, `layer.md`.
package final class LayerWriter {
  /// 1980-01-01T00:00:00Z: zip files, and so Python's wheels, know no earlier time.
  package static let epoch: Int64 = 315_532_800

  private let blob: any BlobWriter
  private let compression: LayerCompression
  private let pipeline: MemberPipeline
  private let epoch: Int64
  private var chunk: Chunk
  private var diffHash = SHA256()
  private var entries: [LayerEntry] = []
  private var hasFailed = false

  /// - Parameters:
  ///   - blob: Takes the compressed layer. A writer that is dropped before `finish` commits nothing.
  ///   - source: Members of earlier layers, which then need not be compressed again.
  ///   - epoch: The time of every entry, in seconds since 1970-01-01T00:00:00Z.
  ///   - workers: How many threads compress; has no influence on the bytes.
  package init(
    into blob: any BlobWriter, compression: LayerCompression = .gzip,
    reusing source: (any MemberSource)? = nil, epoch: Int64 = LayerWriter.epoch,
    workers: Int? = nil
  ) {
    self.blob = blob
    self.compression = compression
    self.epoch = epoch
    let cores = min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 8)
    pipeline = MemberPipeline(into: blob, reusing: source, workers: workers ?? cores)
    chunk = pipeline.makeChunk()
  }

  /// Whether nothing was appended yet.
  package var isEmpty: Bool { entries.isEmpty }

  /// Adds one entry, whose directory must have been added before (the root need not be).
  ///
  /// - Parameters:
  ///   - entry: Without `content`, the digest is taken from what is read. A hard link names a file
  ///     that was added before; size, owner and the like are taken from there.
  ///   - content: Exactly `entry.size` bytes.
  /// - Throws: ``ArchiveError/contentChanged(_:)`` when the bytes are not `entry.content`, or more
  ///   or fewer than said. After any error the layer cannot be finished.
  package func append(_ entry: LayerEntry, content: FileContent = .none) throws {
    guard !hasFailed else { throw ArchiveError.writerFailed }
    hasFailed = true
    var packed = try validated(entry)
    if MemberBoundary.isBefore(packed, pending: chunk.count) { try cut() }
    header(of: packed).write(to: chunk)
    if packed.kind == .file { packed.content = try pack(content, of: packed) }
    if packed.isOpaque {
      let mark = packed.path.appending(name: Whiteout.opaqueMark)
      emptyFile(named: mark.bytes).write(to: chunk)
    }
    entries.append(packed)
    hasFailed = false
  }

  /// Completes the layer and gives it to the store.
  package func finish() throws -> WrittenLayer {
    guard !hasFailed else { throw ArchiveError.writerFailed }
    hasFailed = true
    chunk.append(zeros: 2 * TarHeader.blockSize)
    try cut()
    try pipeline.drain()
    let (digest, size) = try blob.commit(expecting: nil)
    return WrittenLayer(
      descriptor: Descriptor(mediaType: compression.mediaType, digest: digest, size: size),
      diffID: diffHash.finalize(), index: LayerIndex(entries), members: pipeline.members)
  }

  private func cut() throws {
    diffHash.update(chunk.bytes)
    try pipeline.submit(chunk)
    chunk = pipeline.makeChunk()
  }

  private func validated(_ entry: LayerEntry) throws -> LayerEntry {
    if let last = entries.last, !(last.path < entry.path) {
      throw ArchiveError.outOfOrder(entry.path, after: last.path)
    }
    if entry.path.name.starts(with: Whiteout.prefix) {
      throw ArchiveError.reservedName(entry.path)
    }
    if entry.kind == .characterDevice, entry.deviceMajor == 0, entry.deviceMinor == 0 {
      throw ArchiveError.invalidEntry(entry.path, reason: "overlays mark removed files like that")
    }
    let parent = entry.path.parent
    guard parent.isRoot || self.entry(at: parent)?.kind == .directory else {
      throw ArchiveError.missingParent(entry.path)
    }
    for attribute in entry.attributes where attribute.name.utf8.contains(UInt8(ascii: "=")) {
      throw ArchiveError.unsupportedAttribute(entry.path, name: attribute.name)
    }
    return entry.kind == .hardLink ? try linked(entry) : entry
  }

  /// A hard link with everything that its target says.
  private func linked(_ link: LayerEntry) throws -> LayerEntry {
    let target = TreePath(trusted: link.link)
    guard var found = entry(at: target), found.kind == .file else {
      throw ArchiveError.missingLinkTarget(link.path, target: target)
    }
    found.path = link.path
    found.kind = .hardLink
    found.link = link.link
    return found
  }

  private func entry(at path: TreePath) -> LayerEntry? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].path < path { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].path == path ? entries[low] : nil
  }
}

extension LayerWriter {
  private func header(of entry: LayerEntry) -> TarHeader {
    let type: TarHeader.TypeFlag
    switch entry.kind {
    case .file: type = .file
    case .directory: type = .directory
    case .symlink: type = .symlink
    case .hardLink: type = .hardLink
    case .characterDevice: type = .characterDevice
    case .blockDevice: type = .blockDevice
    case .fifo: type = .fifo
    case .whiteout: return emptyFile(named: Whiteout.name(removing: entry.path).bytes)
    }
    var name = entry.path.isRoot ? [UInt8(ascii: ".")] : entry.path.bytes
    if entry.kind == .directory { name.append(UInt8(ascii: "/")) }
    return TarHeader(
      name: name, type: type, permissions: entry.permissions & 0o7777, uid: entry.uid,
      gid: entry.gid, size: entry.kind == .file ? entry.size : 0, link: entry.link,
      deviceMajor: entry.deviceMajor, deviceMinor: entry.deviceMinor,
      attributes: entry.kind == .hardLink ? [] : entry.attributes, modified: epoch)
  }

  private func emptyFile(named name: [UInt8]) -> TarHeader {
    TarHeader(name: name, type: .file, permissions: 0o600, modified: epoch)
  }

  /// Reads, hashes and packs the bytes of a file.
  private func pack(_ content: FileContent, of entry: LayerEntry) throws -> Digest {
    var cursor = try ContentCursor(content, for: entry.path)
    var hash = SHA256()
    var left = entry.size
    let isLarge = MemberBoundary.isLarge(entry)
    repeat {
      let size = Int(min(left, Int64(MemberBoundary.large)))
      let isLast = Int64(size) == left
      // One byte more than the last should have, to see that there is none.
      let room = chunk.room(for: size + (isLast ? 1 : 0))
      guard try Self.fill(room, from: &cursor) == size else {
        throw ArchiveError.contentChanged(entry.path)
      }
      hash.update(UnsafeRawBufferPointer(rebasing: room[..<size]))
      chunk.advance(by: size)
      left -= Int64(size)
      if isLast { chunk.append(zeros: TarHeader.padding(after: entry.size)) }
      if isLarge { try cut() }
    } while left > 0
    let digest = hash.finalize()
    guard entry.content == nil || entry.content == digest else {
      throw ArchiveError.contentChanged(entry.path)
    }
    return digest
  }

  /// - Returns: How many bytes there were; less than the buffer only at the end.
  private static func fill(
    _ buffer: UnsafeMutableRawBufferPointer, from cursor: inout ContentCursor
  ) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = try cursor.read(into: .init(rebasing: buffer[filled...]))
      if count == 0 { break }
      filled += count
    }
    return filled
  }
}
