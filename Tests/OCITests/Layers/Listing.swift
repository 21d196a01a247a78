import OCI

/// Entries as a test writes them, a line each: `d` directory, `o` opaque directory, `f` file with
/// its content after `=`, `l` link and `h` hard link with what it leads to after `>`, `w` whiteout.
func entries(_ lines: String...) -> [LayerEntry] {
  lines.map { line in
    let path = line.dropFirst(2).prefix { $0 != "=" && $0 != ">" }
    let rest = Array(line.utf8.drop { $0 != 0x3d && $0 != 0x3e }.dropFirst())
    var entry = LayerEntry(path: TreePath(String(path)), kind: .file, permissions: 0o644)
    switch line.first {
    case "d", "o":
      entry.kind = .directory
      entry.permissions = 0o700
      entry.isOpaque = line.first == "o"
    case "l": (entry.kind, entry.link) = (.symlink, rest)
    case "h": (entry.kind, entry.link) = (.hardLink, rest)
    case "w": entry = .whiteout(entry.path)
    default: (entry.content, entry.size) = (SHA256.digest(of: rest), Int64(rest.count))
    }
    return entry
  }
}

extension RootTree {
  /// - Parameter stack: The bottom layer first.
  init(stack: [[LayerEntry]]) { self.init(layers: stack.map { LayerIndex($0) }) }

  /// Everything in it, a word each; directories that no layer mentions end with `?`.
  var listing: [String] {
    descendants(of: .root).map { entry in
      let path = String(decoding: entry.path.bytes, as: UTF8.self)
      guard entry.kind == .directory else { return path }
      return path + (entry.permissions == 0o755 ? "?" : "/")
    }
  }
}
