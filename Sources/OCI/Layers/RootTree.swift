/// A root file system as the union of its layers' indexes. Nothing is mounted or unpacked.
///
/// Source: OCI image-spec v1.1, `layer.md`, "Applying Changesets"; Linux `overlayfs.rst`, from which
/// the rule comes that a directory has the attributes of the topmost layer that mentions it.
package struct RootTree: TreeView {
  /// Top layer first.
  private let layers: [LayerIndex]

  /// - Parameter layers: The bottom layer first, as manifests have them.
  package init(layers: [LayerIndex]) {
    self.layers = layers.reversed()
  }

  /// What is at `path`; a link there is not followed, and neither are links on the way.
  package func entry(at path: TreePath) -> LayerEntry? {
    var impliedDirectory = path.isRoot
    for layer in layers {
      if var found = layer.entry(at: path) {
        // What a layer above puts inside it has made a directory of anything else.
        if found.kind == .whiteout || (impliedDirectory && found.kind != .directory) { break }
        // A fact of that layer: in a layer above it would hide what this one has inside.
        found.isOpaque = false
        return found
      }
      if !impliedDirectory, containsSomething(layer, inside: path) { impliedDirectory = true }
      if hides(layer, path) { break }
    }
    // A layer may have "a/b" without "a": then "a" is a plain directory of root's.
    return impliedDirectory ? LayerEntry(path: path, kind: .directory, permissions: 0o755) : nil
  }

  /// The layer that what is at `path` comes from, counted from the bottom; nil where there is
  /// nothing, or a directory that no layer mentions.
  package func owner(of path: TreePath) -> Int? {
    for (depth, layer) in layers.enumerated() {
      if let found = layer.entry(at: path) {
        return found.kind == .whiteout ? nil : layers.count - 1 - depth
      }
      if hides(layer, path) { return nil }
    }
    return nil
  }

  /// Whether no layer says anything of what is inside a directory.
  package func isBare(_ directory: TreePath) -> Bool {
    layers.allSatisfy { $0.descendants(of: directory).isEmpty }
  }

  package func linkIdentity(of path: TreePath) -> LinkIdentity? {
    guard let layer = owner(of: path), let entry = entry(at: path),
      entry.kind == .hardLink || entry.kind == .file
    else { return nil }
    // A link is to a file of its own layer: a layer above may have another at that path.
    let name = entry.kind == .hardLink ? entry.link : path.bytes
    return LinkIdentity(Array("\(layer) ".utf8) + name)
  }

  /// Whether nothing that layers below have at `path` can be seen because of `layer`.
  private func hides(_ layer: LayerIndex, _ path: TreePath) -> Bool {
    path.ancestors.contains { ancestor in
      guard let entry = layer.entry(at: ancestor) else { return false }
      return entry.kind != .directory || entry.isOpaque
    }
  }

  private func containsSomething(_ layer: LayerIndex, inside path: TreePath) -> Bool {
    layer.descendants(of: path).contains { layer[$0].map { $0.kind != .whiteout } ?? false }
  }

  /// Everything inside the directory `path`, at any depth, in order of path; links not followed.
  package func descendants(of path: TreePath) -> [LayerEntry] {
    var found: [TreePath: LayerEntry] = [:]
    for layer in layers.reversed() {
      if let itself = layer.entry(at: path), itself.kind != .directory || itself.isOpaque {
        found.removeAll()
      } else if hides(layer, path) {
        found.removeAll()
      }
      for position in layer.descendants(of: path) {
        guard let entry = layer[position] else { continue }
        apply(entry, to: &found, below: path)
      }
    }
    return found.values.sorted { $0.path < $1.path }
  }

  private func apply(
    _ entry: LayerEntry, to found: inout [TreePath: LayerEntry], below root: TreePath
  ) {
    let replaced = found[entry.path]
    if replaced?.kind == .directory, entry.kind != .directory || entry.isOpaque {
      found = found.filter { $0.key.relative(to: entry.path) == nil }
    }
    if entry.kind == .whiteout {
      found[entry.path] = nil
      return
    }
    found[entry.path] = entry
    found[entry.path]?.isOpaque = false
    for parent in entry.path.ancestors where parent.relative(to: root).map({ !$0.isRoot }) ?? false
    {
      if found[parent]?.kind != .directory {
        found[parent] = LayerEntry(path: parent, kind: .directory, permissions: 0o755)
      }
    }
  }
}
