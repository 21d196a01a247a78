import OCI

/// A path or pattern in a COPY: `*`, `?`, `[a-z]` and `\` within a component.
///
/// Source: Dockerfile reference, "COPY", which refers to Go's `filepath.Match`.
struct SourcePattern {
  private let components: [[UInt8]]
  let hasWildcard: Bool

  init(_ text: String) {
    hasWildcard = text.utf8.contains { "*?[\\".utf8.contains($0) }
    components = TreePath(text).components
  }

  /// The path, when there is no wildcard in it.
  var path: TreePath { components.reduce(.root) { $0.appending(name: $1) } }

  /// Paths of `tree` that match, in order; links on the way are followed.
  func matches(in tree: some TreeView) throws(ResolutionError) -> [TreePath] {
    var found = [TreePath.root]
    for component in components {
      var next: [TreePath] = []
      for base in found {
        guard Self.isPattern(component) else {
          next.append(base.appending(name: component))
          continue
        }
        let directory = try tree.resolve(base).path
        let children = tree.descendants(of: directory).filter { $0.path.parent == directory }
        for child in children where Self.match(component[...], child.path.name[...]) {
          next.append(base.appending(name: child.path.name))
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

  private static func isPattern(_ component: [UInt8]) -> Bool {
    component.contains { "*?[\\".utf8.contains($0) }
  }

  static func match(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    var pattern = pattern
    var name = name
    // Where to go on when what follows the last star does not fit.
    var retry: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
    while true {
      if let first = pattern.first, first == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        retry = (pattern, name)
        continue
      }
      if pattern.isEmpty, name.isEmpty { return true }
      if let rest = matchOne(pattern, name) {
        pattern = rest
        name = name.dropFirst(scalarLength(name))
        continue
      }
      guard let last = retry, !last.name.isEmpty else { return false }
      retry = (last.pattern, last.name.dropFirst())
      pattern = last.pattern
      name = last.name.dropFirst()
    }
  }

  private static func scalarLength(_ name: ArraySlice<UInt8>) -> Int {
    guard let first = name.first, first >= 0xc0 else { return 1 }
    return min(first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2, name.count)
  }

  /// - Returns: The rest of the pattern when its first element matches the first character.
  private static func matchOne(
    _ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>
  ) -> ArraySlice<UInt8>? {
    guard let first = pattern.first, let byte = name.first else { return nil }
    switch first {
    case UInt8(ascii: "?"): return pattern.dropFirst()
    case UInt8(ascii: "["): return matchClass(pattern.dropFirst(), byte)
    case UInt8(ascii: "\\"):
      guard pattern.count > 1, pattern[pattern.startIndex + 1] == byte else { return nil }
      return pattern.dropFirst(2)
    default: return first == byte ? pattern.dropFirst() : nil
    }
  }

  private static func matchClass(
    _ pattern: ArraySlice<UInt8>, _ byte: UInt8
  ) -> ArraySlice<UInt8>? {
    var rest = pattern
    var isNegated = false
    if rest.first == UInt8(ascii: "^") {
      isNegated = true
      rest = rest.dropFirst()
    }
    var isIn = false
    while let low = rest.first, low != UInt8(ascii: "]") {
      rest = rest.dropFirst()
      var high = low
      if rest.first == UInt8(ascii: "-"), rest.count > 1 {
        high = rest[rest.startIndex + 1]
        rest = rest.dropFirst(2)
      }
      if low <= byte, byte <= high { isIn = true }
    }
    guard rest.first == UInt8(ascii: "]"), isIn != isNegated else { return nil }
    return rest.dropFirst()
  }
}
