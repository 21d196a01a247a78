import OCI

@testable import BuildEngine

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
    case "l": (entry.kind, entry.link, entry.permissions) = (.symlink, rest, 0o777)
    case "h": (entry.kind, entry.link) = (.hardLink, rest)
    case "w": entry = .whiteout(entry.path)
    default: (entry.content, entry.size) = (SHA256.digest(of: rest), Int64(rest.count))
    }
    return entry
  }
}

extension RootTree {
  static func of(_ layers: [LayerEntry]...) -> RootTree {
    RootTree(layers: layers.map { LayerIndex($0) })
  }
}

extension CopyPlacement {
  /// The layer, a line each: kind, path, permissions, and owner where it is not root.
  var listing: [String] {
    entries.map { entry in
      let path = String(decoding: entry.path.bytes, as: UTF8.self)
      let link = String(decoding: entry.link, as: UTF8.self)
      let owner = entry.uid == 0 && entry.gid == 0 ? "" : " \(entry.uid):\(entry.gid)"
      let mode = " " + String(entry.permissions, radix: 8) + owner
      return switch entry.kind {
      case .directory: "d \(path)\(mode)" + (entry.isOpaque ? " opaque" : "")
      case .file: "f \(path)\(mode)"
      case .symlink: "l \(path)>\(link)" + owner
      case .hardLink: "h \(path)>\(link)"
      default: "? \(path)"
      }
    }
  }

  /// Places each source as a COPY would, links at its end followed.
  mutating func copy(_ sources: [String], from tree: RootTree, to destination: String) throws {
    for source in sources {
      let path = try tree.resolve(TreePath(source)).path
      try place(path, named: TreePath(source).name, from: tree, at: destination)
    }
  }
}
