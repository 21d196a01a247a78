import CLinux
import FileSystem
import Glibc

/// Brings what is to be mounted out of trees that others have written, such as a cache or the root
/// of another stage, to a place of its own.
///
/// The runtime follows every link in the path that it is told, and somebody may change a link while
/// it does: so it is told the mount of a place that was opened without following any.
struct TreeSources {
  /// An empty directory, for mounts.
  let folder: String
  /// A directory without anything in it.
  let empty: String
  let isUserNamespace: Bool

  /// - Returns: The absolute path of a mount of `path`.
  func mount(_ path: String, of tree: SandboxTree, number: Int) throws(SandboxError) -> String {
    let place = "\(folder)/\(number)"
    let root = try root(of: tree, at: place)
    let view = try RootView(root)
    guard let found = view.place(of: path), let kind = found.kind,
      let file = view.open(found.path, flags: clinux_o_path)
    else { throw .mountSourceMissing(path: path) }
    let target = "\(place)-source"
    if kind == .directory {
      try makeDirectory(target)
    } else {
      let made = clinux_open(target, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
      guard made >= 0 else { throw setupFailure("make '\(target)'") }
      close(made)
    }
    let source = "/proc/self/fd/\(file.descriptor)"
    guard clinux_mount(source, target, nil, clinux_ms_bind | clinux_ms_rec, nil) == 0 else {
      throw setupFailure("mount '\(path)'")
    }
    return target
  }

  private func root(of tree: SandboxTree, at place: String) throws(SandboxError) -> String {
    switch tree {
    case .directory(let path): return path
    case .overlay(let lowers, let writable, let isKept):
      for name in [place, "\(place)-links"] { try makeDirectory(name) }
      var upper: OverlayMount.Writable?
      if case .directory(let directory, let work) = writable {
        upper = OverlayMount.Writable(upper: directory, work: work)
        // One that was written to before has attributes of its own.
        if let top = lowers.first, (try? Directory.entries(of: directory))?.isEmpty ?? false {
          try DirectoryAttributes.copy(from: top, to: directory)
        }
      }
      var overlay = OverlayMount(
        lowers: upper == nil && lowers.count == 1 ? lowers + [empty] : lowers, writable: upper,
        isUserNamespace: isUserNamespace)
      overlay.isVolatile = !isKept
      try overlay.mount(at: place, links: "\(place)-links")
      return place
    }
  }

  private func makeDirectory(_ path: String) throws(SandboxError) {
    guard mkdir(path, 0o700) == 0 else { throw setupFailure("make '\(path)'") }
  }
}
