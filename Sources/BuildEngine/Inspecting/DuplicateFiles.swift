package import OCI

/// Files of an image's root that are the same, and no hard links of each other.
package struct DuplicateFiles: Sendable, Hashable {
  package let content: Digest
  /// Of each, in bytes.
  package let size: Int64
  /// In order; at least two.
  package let paths: [TreePath]

  /// What all but one of them take.
  package var wasted: Int64 { size * Int64(paths.count - 1) }
}

extension LayeredTree {
  /// What is there more than once, that which wastes most first.
  package var duplicates: [DuplicateFiles] {
    var files: [Digest: [Item]] = [:]
    for item in kept where item.bytes > 0 {
      if let content = item.entry.content { files[content, default: []].append(item) }
    }
    return files.compactMap { content, items in
      guard items.count > 1 else { return nil }
      return DuplicateFiles(
        content: content, size: items[0].bytes, paths: items.map(\.entry.path).sorted())
    }.sorted { ($1.wasted, $0.paths[0]) < ($0.wasted, $1.paths[0]) }
  }
}
