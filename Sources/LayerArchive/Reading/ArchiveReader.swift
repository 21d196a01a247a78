package import OCI

/// Reads a plain tar archive of named files, which anybody may have made.
///
/// Nothing but regular files and directories may be in it, and what it unpacks to is not more than
/// its own bytes: no compression, and no holes.
package enum ArchiveReader {
  /// Gives the current file's bytes, in order, and says what their digest is.
  package typealias Content = (_ sink: (UnsafeRawBufferPointer) throws -> Void) throws -> Digest

  /// - Parameters:
  ///   - next: Fills a buffer and says how many bytes it got; 0 only at the end.
  ///   - visit: Is given the name of each file as it stands there (a leading `./` is left out), its
  ///     size in bytes, and what reads it; what is not read is skipped.
  /// - Throws: ``ArchiveError`` for what is no tar archive, or holds what it must not; what `next`,
  ///   and `visit` throw.
  package static func read(
    limits: ReadLimits = ReadLimits(),
    _ next: @escaping (UnsafeMutableRawBufferPointer) throws -> Int,
    visit: (_ name: String, _ size: Int64, _ content: Content) throws -> Void
  ) throws {
    let tar = try TarStream(
      FunctionStream(next), limits: limits, largestSize: limits.size)
    while let raw = try tar.next() {
      guard let entry = try TarEntry(raw) else {
        throw ArchiveError.malformed(reason: "it holds something that is no file")
      }
      let name = try plainName(entry)
      if entry.kind == .directory { continue }
      try tar.note(TreePath(name))
      try visit(name, entry.size) { sink in
        try read(entry.size, named: name, from: tar, into: sink)
      }
    }
  }

  /// - Throws: ``ArchiveError/invalidEntry(_:reason:)``
  private static func plainName(_ entry: TarEntry) throws -> String {
    let text = String(decoding: entry.name, as: UTF8.self)
    let path = try EntryName.cleaned(entry.name)
    guard entry.kind == .file || entry.kind == .directory else {
      throw ArchiveError.invalidEntry(path, reason: "it is neither a file nor a directory")
    }
    guard entry.size >= 0 else {
      throw ArchiveError.invalidEntry(path, reason: "its size is less than nothing")
    }
    let components = text.split(separator: "/", omittingEmptySubsequences: false)
    guard components.first != "", !components.contains("..") else {
      throw ArchiveError.invalidEntry(path, reason: "its name leads out of the archive")
    }
    return String(path.description.dropFirst())
  }

  private static func read(
    _ size: Int64, named name: String, from tar: TarStream,
    into sink: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Digest {
    var hash = SHA256()
    var position: Int64 = 0
    let hole = ArchiveError.invalidEntry(TreePath(name), reason: "it has holes")
    // What fills a hole costs its maker nothing, and whoever reads it all that it claims to be.
    try tar.readBlocks(size: size) { offset, block in
      guard offset == position else { throw hole }
      position += Int64(block.count)
      hash.update(block)
      try sink(block)
    }
    guard position == size else { throw hole }
    return hash.finalize()
  }
}

/// What a function gives, piece by piece.
private final class FunctionStream: ByteStream {
  private let fill: (UnsafeMutableRawBufferPointer) throws -> Int
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)

  init(_ next: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) { fill = next }

  deinit { buffer.deallocate() }

  func next() throws -> UnsafeRawBufferPointer {
    let count = try fill(buffer)
    return UnsafeRawBufferPointer(rebasing: buffer[..<count])
  }
}
