import Glibc

/// The path of something in a root file system: `usr/bin/python3`, the root itself is empty.
///
/// Bytes, because that is what file names are: no encoding is assumed, and two names are equal only
/// when every byte is. It never has empty components, `.` or `..`.
package struct TreePath: Hashable, Sendable {
  package let bytes: [UInt8]

  package static let root = TreePath(normalized: [])
  private static let slash = UInt8(ascii: "/")

  private init(normalized bytes: [UInt8]) { self.bytes = bytes }

  /// Drops empty components and `.`; `..` takes away the component before it and stops at the root.
  package init(_ bytes: some Sequence<UInt8>) {
    self.init(normalized: Self.normalize(Array(bytes)))
  }

  package init(_ text: String) { self.init(text.utf8) }

  /// Wraps bytes that are known to be in normal form, such as those of an index.
  package init(trusted bytes: [UInt8]) { self.init(normalized: bytes) }

  private static func normalize(_ bytes: [UInt8]) -> [UInt8] {
    var kept: [ArraySlice<UInt8>] = []
    for component in bytes.split(separator: slash) {
      if component.elementsEqual(".".utf8) { continue }
      if component.elementsEqual("..".utf8) { _ = kept.popLast() } else { kept.append(component) }
    }
    return Array(kept.joined(separator: [slash]))
  }

  package var isRoot: Bool { bytes.isEmpty }

  package var parent: TreePath {
    guard let last = bytes.lastIndex(of: Self.slash) else { return .root }
    return TreePath(normalized: Array(bytes[..<last]))
  }

  /// The bytes of ``parent``.
  package var parentBytes: ArraySlice<UInt8> {
    bytes.lastIndex(of: Self.slash).map { bytes[..<$0] } ?? []
  }

  package var name: [UInt8] {
    guard let last = bytes.lastIndex(of: Self.slash) else { return bytes }
    return Array(bytes[(last + 1)...])
  }

  package var components: [[UInt8]] { bytes.split(separator: Self.slash).map(Array.init) }

  /// Every directory above, the root first, the path itself not among them.
  package var ancestors: [TreePath] {
    guard !isRoot else { return [] }
    var found = [TreePath.root]
    for (index, byte) in bytes.enumerated() where byte == Self.slash {
      found.append(TreePath(normalized: Array(bytes[..<index])))
    }
    return found
  }

  package func appending(_ other: TreePath) -> TreePath {
    if isRoot { return other }
    if other.isRoot { return self }
    return TreePath(normalized: bytes + [Self.slash] + other.bytes)
  }

  package func appending(name: [UInt8]) -> TreePath {
    TreePath(normalized: isRoot ? name : bytes + [Self.slash] + name)
  }

  /// - Returns: The rest behind `ancestor`; nil when the path is not in it.
  package func relative(to ancestor: TreePath) -> TreePath? {
    if ancestor.isRoot { return self }
    guard bytes.starts(with: ancestor.bytes) else { return nil }
    if bytes.count == ancestor.bytes.count { return .root }
    guard bytes[ancestor.bytes.count] == Self.slash else { return nil }
    return TreePath(normalized: Array(bytes[(ancestor.bytes.count + 1)...]))
  }
}

extension TreePath: Comparable {
  /// By bytes: a directory comes before what is in it.
  package static func < (a: TreePath, b: TreePath) -> Bool { a.bytes.precedes(b.bytes) }
}

extension TreePath: CustomStringConvertible {
  /// With a leading slash; bytes that are no UTF-8 are shown as replacement characters.
  package var description: String { "/" + String(decoding: bytes, as: UTF8.self) }
}

extension [UInt8] {
  /// The order of `lexicographicallyPrecedes`, which is slow where a walk sorts all its names.
  package func precedes(_ other: [UInt8]) -> Bool {
    withUnsafeBytes { left in
      other.withUnsafeBytes { right in
        guard let a = left.baseAddress, let b = right.baseAddress else {
          return left.count < right.count
        }
        let order = memcmp(a, b, Swift.min(left.count, right.count))
        return order == 0 ? left.count < right.count : order < 0
      }
    }
  }
}
