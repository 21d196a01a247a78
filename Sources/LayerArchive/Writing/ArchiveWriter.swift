import OCI

/// Writes a plain tar archive of named files, for other things than layers.
///
/// The same files in the same order always give the same bytes: nothing of the machine, the moment
/// or the person is in it. Used by one thread.
///
/// Source: POSIX.1-2017, `pax`, "ustar Interchange Format".
package final class ArchiveWriter {
  private let sink: (UnsafeRawBufferPointer) throws -> Void
  private let chunk = Chunk()

  private static let blockSize = 256 << 10

  /// - Parameter sink: Takes the archive, piece by piece.
  package init(_ sink: @escaping (UnsafeRawBufferPointer) throws -> Void) {
    self.sink = sink
  }

  /// - Parameter name: Relative, without a slash at its end.
  package func addDirectory(_ name: String) throws {
    let bytes = Array("\(name)/".utf8)
    try write(
      TarHeader(name: bytes, type: .directory, permissions: 0o755, modified: LayerWriter.epoch))
  }

  package func addFile(_ name: String, _ bytes: [UInt8]) throws {
    try addFile(name, size: Int64(bytes.count), content: .bytes(bytes))
  }

  /// - Parameters:
  ///   - size: In bytes.
  ///   - content: Exactly as many.
  /// - Throws: ``ArchiveError/contentChanged(_:)`` for more or fewer.
  package func addFile(_ name: String, size: Int64, content: FileContent) throws {
    let header = TarHeader(
      name: Array(name.utf8), type: .file, permissions: 0o644, size: size,
      modified: LayerWriter.epoch)
    try write(header)
    let path = TreePath(name)
    var cursor = try ContentCursor(content, for: path)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockSize, alignment: 16)
    defer { buffer.deallocate() }
    var written: Int64 = 0
    while case let count = try cursor.read(into: buffer), count > 0 {
      written += Int64(count)
      guard written <= size else { break }
      try sink(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    guard written == size else { throw ArchiveError.contentChanged(path) }
    try writeZeros(TarHeader.padding(after: size))
  }

  /// Marks the end of the archive.
  package func finish() throws { try writeZeros(2 * TarHeader.blockSize) }

  private func write(_ header: TarHeader) throws {
    chunk.clear()
    header.write(to: chunk)
    try sink(chunk.bytes)
  }

  private func writeZeros(_ count: Int) throws {
    chunk.clear()
    chunk.append(zeros: count)
    if count > 0 { try sink(chunk.bytes) }
  }
}
