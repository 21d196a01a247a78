import FileSystem
import Glibc
import OCI

/// What the program left behind: its image with what it wrote on top. Everything that could have
/// changed it has ended.
struct WrittenTree: TreeView {
  /// In overlay form.
  let upper: String
  let image: RootTree

  func entry(at path: TreePath) -> LayerEntry? {
    if let status = written(path) {
      if status.kind == .characterDevice, status.deviceNumber == 0 { return nil }
      return entry(path, status)
    }
    // A file where the image has a directory hides what is in it.
    let isHidden = path.ancestors.contains { ancestor in
      written(ancestor).map { $0.kind != .directory } ?? false
    }
    return isHidden ? nil : image.entry(at: path)
  }

  /// - Returns: nil when the program wrote nothing there.
  func written(_ path: TreePath) -> FileStatus? {
    try? FileStatus.of(upper + path.description, followLink: false)
  }

  private func entry(_ path: TreePath, _ status: FileStatus) -> LayerEntry? {
    let kind: LayerEntry.Kind
    switch status.kind {
    case .file: kind = .file
    case .directory: kind = .directory
    case .symlink: kind = .symlink
    case .fifo: kind = .fifo
    case .socket, .characterDevice, .blockDevice: return nil
    }
    var entry = LayerEntry(
      path: path, kind: kind, permissions: status.permissions, uid: status.uid, gid: status.gid)
    if kind == .symlink {
      guard let link = try? FileTree.linkTarget(of: upper + path.description) else { return nil }
      entry.link = link
    }
    return entry
  }

  func descendants(of path: TreePath) -> [LayerEntry] { [] }

  func linkIdentity(of path: TreePath) -> LinkIdentity? { nil }
}
