import Glibc
import OCI

/// What the name of a layer's entry means.
enum EntryName: Equatable {
  case path(TreePath)
  /// The layers below have this path no more.
  case whiteout(TreePath)
  /// Nothing in this directory of the layers below is seen.
  case opaque(TreePath)
  /// A record of an older format.
  case ignored

  /// Cleans a name inside the root, as if the root were `/`: `..` stops there.
  ///
  /// Source: OCI image-spec v1.1, `layer.md`, "Whiteouts".
  /// - Throws: ``ArchiveError/nameTooLong(_:)``, or ``ArchiveError/reservedName(_:)`` for a name
  ///   with `.wh.` that means nothing.
  init(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    let path = try Self.cleaned(bytes)
    guard Self.mayBeReserved(path.bytes) else {
      self = .path(path)
      return
    }
    let components = path.components
    if components.contains(where: { $0.starts(with: Whiteout.recordPrefix) }),
      components.last != Whiteout.opaqueMark
        || components.dropLast().contains(where: { $0.starts(with: Whiteout.prefix) })
    {
      self = .ignored
      return
    }
    guard !path.parent.components.contains(where: { $0.starts(with: Whiteout.prefix) }) else {
      throw ArchiveError.reservedName(path)
    }
    guard path.name.starts(with: Whiteout.prefix) else {
      self = .path(path)
      return
    }
    if path.name == Whiteout.opaqueMark {
      self = .opaque(path.parent)
      return
    }
    let removed = Array(path.name.dropFirst(Whiteout.prefix.count))
    // `.wh..` and `.wh...` would remove the directory itself, or the one above.
    guard !removed.isEmpty, !removed.elementsEqual(".".utf8), !removed.elementsEqual("..".utf8)
    else { throw ArchiveError.reservedName(path) }
    self = .whiteout(path.parent.appending(name: removed))
  }

  /// - Throws: ``ArchiveError/nameTooLong(_:)`` when Linux could not have such a name.
  static func cleaned(_ bytes: UnsafeBufferPointer<UInt8>) throws -> TreePath {
    let path: TreePath
    if let end = lengthIfClean(bytes) {
      path = TreePath(trusted: Array(bytes[..<end]))
    } else {
      path = TreePath(bytes)
    }
    var start = 0
    for (index, byte) in path.bytes.enumerated() {
      if byte == UInt8(ascii: "/") { start = index + 1 }
      guard index - start >= Int(NAME_MAX) else { continue }
      // A whiteout's name is longer than what it removes.
      let isWhiteout = path.bytes[start...].starts(with: Whiteout.prefix)
      guard isWhiteout, index - start < Int(NAME_MAX) + Whiteout.prefix.count else {
        throw tooLong(path)
      }
    }
    guard path.bytes.count < Int(PATH_MAX) else { throw tooLong(path) }
    return path
  }

  private static func tooLong(_ path: TreePath) -> ArchiveError {
    .nameTooLong(path.description)
  }

  /// Most names need no cleaning but a slash at their end.
  /// - Returns: The length without it; nil when there may be something to clean.
  private static func lengthIfClean(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var previous = UInt8(ascii: "/")
    for byte in bytes {
      if previous == UInt8(ascii: "/"), byte == previous || byte == UInt8(ascii: ".") {
        return nil
      }
      previous = byte
    }
    return previous == UInt8(ascii: "/") ? max(bytes.count - 1, 0) : bytes.count
  }

  private static func mayBeReserved(_ bytes: [UInt8]) -> Bool {
    var start = true
    for (index, byte) in bytes.enumerated() {
      if start, byte == UInt8(ascii: "."), bytes[index...].starts(with: Whiteout.prefix) {
        return true
      }
      start = byte == UInt8(ascii: "/")
    }
    return false
  }
}
