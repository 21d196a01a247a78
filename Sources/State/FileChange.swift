package import OCI

/// How a file differs from what was used before.
package struct FileChange: Sendable, Hashable {
  package enum Kind: String, Sendable {
    case added
    case removed
    case content
    case permissions
    case link
    /// A file has become a directory, for instance.
    case type
  }

  package let path: TreePath
  package let kind: Kind

  /// Every difference, in order of path.
  package static func between(_ old: LayerIndex, _ new: LayerIndex) -> [FileChange] {
    LayerIndex.differences(old, new).compactMap { before, after in
      switch (before, after) {
      case (let before?, let after?):
        difference(before, after).map { FileChange(path: after.path, kind: $0) }
      case (let before?, nil): FileChange(path: before.path, kind: .removed)
      case (nil, let after?): FileChange(path: after.path, kind: .added)
      case (nil, nil): nil
      }
    }
  }

  /// `KIND/PATH`, each with a zero byte behind it: a path of a tree has neither in its kind.
  static func serialized(_ changes: some Sequence<FileChange>) -> [UInt8] {
    changes.flatMap { Array("\($0.kind.rawValue)/".utf8) + $0.path.bytes + [0] }
  }

  /// What is not understood is left out.
  static func list(serialized bytes: [UInt8]) -> [FileChange] {
    bytes.split(separator: 0).compactMap { item in
      guard let end = item.firstIndex(of: UInt8(ascii: "/")),
        let kind = Kind(rawValue: String(decoding: item[..<end], as: UTF8.self))
      else { return nil }
      return FileChange(path: TreePath(item[(end + 1)...]), kind: kind)
    }
  }

  private static func difference(_ old: LayerEntry, _ new: LayerEntry) -> Kind? {
    if old.kind != new.kind { return .type }
    if old.content != new.content { return .content }
    if old.link != new.link { return .link }
    return old == new ? nil : .permissions
  }
}

extension FileChange: CustomStringConvertible {
  /// `src/train.py was edited`.
  package var description: String {
    let name = String(decoding: path.bytes, as: UTF8.self)
    return switch kind {
    case .added: "\(name) is new"
    case .removed: "\(name) is gone"
    case .content: "\(name) was edited"
    case .permissions: "\(name) has other permissions"
    case .link: "\(name) leads elsewhere"
    case .type: "\(name) is of another type"
    }
  }
}
