import OCI

/// A path or pattern in a COPY: `*`, `?`, `[a-z]` and `\` within a component.
///
/// Source: Dockerfile reference, "COPY", which refers to Go's `filepath.Match`.
struct SourcePattern {
  let hasWildcard: Bool
  private let components: [(name: [UInt8], pattern: NamePattern?)]

  /// - Returns: nil when a bracket is not closed, or nothing follows a `\`.
  init?(_ text: String) {
    var components: [(name: [UInt8], pattern: NamePattern?)] = []
    for name in TreePath(text).components {
      guard Self.hasWildcard(name) else {
        components.append((name, nil))
        continue
      }
      guard let pattern = NamePattern(name) else { return nil }
      components.append((name, pattern))
    }
    self.components = components
    hasWildcard = components.contains { $0.pattern != nil }
  }

  /// As in the reference, `\` alone makes no pattern of a name.
  private static func hasWildcard(_ name: [UInt8]) -> Bool {
    var isEscaped = false
    for byte in name {
      if !isEscaped, "*?[".utf8.contains(byte) { return true }
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
    }
    return false
  }

  /// The path, when there is no wildcard in it.
  var path: TreePath { components.reduce(.root) { $0.appending(name: $1.name) } }

  /// Whether a path matches, or is inside what matches, by its name alone: links are not followed.
  func covers(_ path: TreePath) -> Bool {
    let names = path.components
    return names.count >= components.count
      && zip(components, names).allSatisfy { component, name in
        component.pattern?.matches(Array(name)) ?? component.name.elementsEqual(name)
      }
  }

  /// Paths of `tree` that match, in order; links on the way are followed.
  func matches(in tree: some TreeView) throws(ResolutionError) -> [TreePath] {
    var found = [TreePath.root]
    for component in components {
      guard let pattern = component.pattern else {
        found = found.map { $0.appending(name: component.name) }
        continue
      }
      var next: [TreePath] = []
      for base in found {
        let directory = try tree.resolve(base).path
        for child in tree.descendants(of: directory) where child.path.parent == directory {
          let name = child.path.name
          if pattern.matches(name) { next.append(base.appending(name: name)) }
        }
      }
      found = next
    }
    var present: [TreePath] = []
    for path in found where try tree.resolve(path, followLast: false).entry != nil {
      present.append(path)
    }
    return present
  }
}
