package import OCI

/// What a file, or a directory with everything in it, takes.
package struct TreeUsage: Sendable, Hashable {
  package let path: TreePath
  package let isDirectory: Bool
  package let bytes: Int64
  /// Everything in it but directories.
  package let files: Int
  /// What is in a directory and was asked for, the largest first.
  package let parts: [TreeUsage]
}

extension LayeredTree {
  /// Where the bytes are.
  ///
  /// - Parameters:
  ///   - layer: All that this layer has, seen or not; nil is the image's root.
  ///   - depth: How deep directories are taken apart.
  ///   - minimum: In bytes; what is smaller is counted, and not listed.
  package func usage(of layer: Int? = nil, depth: Int, minimum: Int64) -> TreeUsage {
    var bytes = [Int64](repeating: 0, count: nodes.count)
    var files = [Int](repeating: 0, count: nodes.count)
    var isDirectory = nodes.map { !$0.children.isEmpty || $0.parent == nil }
    for (number, item) in items.enumerated() {
      guard layer.map({ $0 == item.layer }) ?? (item.end == nil) else { continue }
      bytes[places[number]] += item.bytes
      if item.entry.kind == .directory {
        isDirectory[places[number]] = true
      } else {
        files[places[number]] += 1
      }
    }
    // Parents come before their children.
    for (number, node) in nodes.enumerated().reversed() {
      guard let parent = node.parent else { continue }
      bytes[parent] += bytes[number]
      files[parent] += files[number]
    }
    func usage(_ number: Int, _ depth: Int) -> TreeUsage {
      let inside = depth > 0 ? nodes[number].children.filter { bytes[$0] >= minimum } : []
      let sorted = inside.sorted {
        (bytes[$1], nodes[$0].path) < (bytes[$0], nodes[$1].path)
      }
      return TreeUsage(
        path: nodes[number].path, isDirectory: isDirectory[number], bytes: bytes[number],
        files: files[number], parts: sorted.map { usage($0, depth - 1) })
    }
    return usage(0, depth)
  }
}
