/// Paths as texts: nothing here looks at the disk.
package enum ProjectPath {
  static func components(of path: String) -> [Substring] {
    path.split(separator: "/").filter { $0 != "." }
  }

  /// Whether `path` is relative and stays below where it starts.
  package static func staysInside(_ path: String) -> Bool {
    guard !path.isEmpty, !path.hasPrefix("/") else { return false }
    var depth = 0
    for component in components(of: path) {
      depth += component == ".." ? -1 : 1
      if depth < 0 { return false }
    }
    return true
  }

  /// `path` seen from `directory`, without `.`, and without `..` behind a name.
  ///
  /// As in a shell, `a/..` is where it started, whether or not `a` is a link.
  package static func resolve(_ path: String, in directory: String) -> String {
    let whole = path.hasPrefix("/") ? path : directory + "/" + path
    var kept: [Substring] = []
    for component in components(of: whole) {
      if component != ".." {
        kept.append(component)
      } else if let last = kept.last, last != ".." {
        kept.removeLast()
      } else if !whole.hasPrefix("/") {
        kept.append(component)
      }
    }
    let joined = kept.joined(separator: "/")
    return whole.hasPrefix("/") ? "/" + joined : joined.isEmpty ? "." : joined
  }
}
