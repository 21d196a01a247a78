package import OCI

/// Everything that any layer of an image holds, and what became of it in the layers above.
///
/// One pass over the indexes, the bottom layer first: an image of 100,000 files takes a part of a
/// second.
package struct LayeredTree: Sendable {
  /// One entry of one layer.
  package struct Item: Sendable {
    package let entry: LayerEntry
    /// From 0, the bottom one.
    package let layer: Int
    /// What it takes of the layer. Of several names of one file, one has it all: one that can be
    /// seen, if any can.
    package fileprivate(set) var bytes: Int64
    /// nil for what is in the image's root.
    package fileprivate(set) var end: End?
  }

  /// How a layer above made an entry unseen.
  package struct End: Sendable, Hashable {
    package let layer: Int
    /// The item at the same path; nil for what was removed.
    package let replacement: Int?
  }

  struct Node: Sendable {
    let path: TreePath
    let parent: Int?
    fileprivate(set) var children: [Int] = []
    /// What can be seen.
    fileprivate(set) var item: Int?
  }

  /// By layer, then by path; whiteouts are not among them.
  package private(set) var items: [Item] = []
  /// Parents before their children; the root is the first.
  private(set) var nodes = [Node(path: .root, parent: nil)]
  /// The node of each item.
  private(set) var places: [Int] = []
  private var nodeOfPath: [TreePath: Int] = [.root: 0]
  /// The other names of a file, by the item that is the file.
  private var links: [Int: [Int]] = [:]
  /// The item that is the file, by another name of it.
  private var files: [Int: Int] = [:]

  /// - Parameter layers: The bottom layer first.
  package init(_ layers: [LayerIndex]) {
    for (number, layer) in layers.enumerated() {
      let first = items.count
      for position in 0..<layer.count {
        if let entry = layer[position] { apply(entry, of: number) }
      }
      noteLinks(items.indices.dropFirst(first))
    }
    settleLinks()
  }

  /// Everything in the root of the image.
  package var kept: some Sequence<Item> { items.lazy.filter { $0.end == nil } }

  private mutating func apply(_ entry: LayerEntry, of layer: Int) {
    if entry.kind == .whiteout {
      if let node = nodeOfPath[entry.path] { hide(node, by: layer) }
      return
    }
    let node = node(at: entry.path)
    clearWay(to: node, by: layer)
    if entry.kind != .directory || entry.isOpaque {
      for child in nodes[node].children { hide(child, by: layer) }
    }
    if let old = nodes[node].item { items[old].end = End(layer: layer, replacement: items.count) }
    nodes[node].item = items.count
    places.append(node)
    items.append(
      Item(entry: entry, layer: layer, bytes: entry.kind == .file ? entry.size : 0))
  }

  /// What is inside something has made a directory of it.
  private mutating func clearWay(to node: Int, by layer: Int) {
    var above = nodes[node].parent
    while let parent = above {
      if let item = nodes[parent].item {
        if items[item].entry.kind == .directory { return }
        items[item].end = End(layer: layer, replacement: nil)
        nodes[parent].item = nil
      }
      above = nodes[parent].parent
    }
  }

  private mutating func node(at path: TreePath) -> Int {
    if let known = nodeOfPath[path] { return known }
    let parent = node(at: path.parent)
    nodes.append(Node(path: path, parent: parent))
    nodes[parent].children.append(nodes.count - 1)
    nodeOfPath[path] = nodes.count - 1
    return nodes.count - 1
  }

  /// Takes what is at a node, and everything inside it, out of the root.
  private mutating func hide(_ node: Int, by layer: Int) {
    if let item = nodes[node].item {
      items[item].end = End(layer: layer, replacement: nil)
      nodes[node].item = nil
    }
    for child in nodes[node].children { hide(child, by: layer) }
  }

  // MARK: Files with several names

  /// The items of a layer that are one file; the item itself is among them.
  func names(of item: Int) -> [Int] {
    let file = files[item] ?? item
    return [file] + (links[file] ?? [])
  }

  private mutating func noteLinks(_ layer: some Sequence<Int>) {
    let links = layer.filter { items[$0].entry.kind == .hardLink }
    if links.isEmpty { return }
    let targets = Set(links.map { TreePath(trusted: items[$0].entry.link) })
    var files: [TreePath: Int] = [:]
    for item in layer where targets.contains(items[item].entry.path) {
      files[items[item].entry.path] = item
    }
    for link in links {
      // A link to a file of a layer below takes nothing of its own layer.
      guard let file = files[TreePath(trusted: items[link].entry.link)] else { continue }
      self.links[file, default: []].append(link)
      self.files[link] = file
    }
  }

  /// The bytes of a file that is hidden belong to a name of it that is not.
  private mutating func settleLinks() {
    for (file, links) in links where items[file].end != nil {
      guard let seen = links.first(where: { items[$0].end == nil }) else { continue }
      items[seen].bytes = items[file].bytes
      items[file].bytes = 0
    }
  }
}
