package import OCI

/// A file that is in a layer and not in the image's root: whoever pulls the image pays for it.
package struct WastedFile: Sendable, Hashable {
  package let path: TreePath
  package let bytes: Int64
  /// The layer that has it, from 0.
  package let layer: Int
  package let end: LayeredTree.End
}

extension LayeredTree {
  /// Every one that takes anything, the largest first.
  package var wasted: [WastedFile] {
    items.compactMap { item in
      guard let end = item.end, item.bytes > 0 else { return nil }
      return WastedFile(path: item.entry.path, bytes: item.bytes, layer: item.layer, end: end)
    }.sorted { ($1.bytes, $0.path, $0.layer) < ($0.bytes, $1.path, $1.layer) }
  }
}
