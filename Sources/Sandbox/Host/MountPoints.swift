import CLinux
import FileSystem
import Glibc
import OCI

/// The places that the container's mounts need, in a directory of their own.
///
/// A runtime makes a missing mount point in the root, and it would stay in what the command wrote.
/// So the missing ones are put into one more lower directory, in memory: the command sees them and
/// nothing is written. A directory on the way that is there already gets the same attributes again,
/// because an overlay takes them from the topmost directory that has it.
struct MountPoints {
  struct Point: Equatable {
    let place: RootView.Place
    let isDirectory: Bool
  }

  private(set) var points: [Point] = []

  /// Finds out where a mount will be.
  /// - Returns: The place without links, as the runtime should be told it.
  mutating func add(
    _ target: String, isDirectory: Bool, in root: borrowing RootView
  ) throws(SandboxError) -> TreePath {
    guard let place = root.place(of: target) else {
      throw .unusableMountPoint(place: target, reason: "its links lead in a circle")
    }
    guard !place.path.isRoot else {
      throw .unusableMountPoint(place: target, reason: "it is the root itself")
    }
    if let kind = place.kind, isDirectory != (kind == .directory) {
      throw .unusableMountPoint(
        place: target, reason: isDirectory ? "it is no directory" : "it is a directory")
    }
    // What is inside another mount is that mount's affair.
    let isCovered = points.contains { place.path.relative(to: $0.place.path) != nil }
    if !isCovered { points.append(Point(place: place, isDirectory: isDirectory)) }
    return place.path
  }

  /// The runtime's own: directories, not links to somewhere else.
  mutating func addSystemDirectory(
    _ name: String, in root: borrowing RootView
  ) throws(SandboxError) {
    let path = TreePath(name)
    switch root.status(of: path)?.kind {
    case nil, .directory: _ = try add(name, isDirectory: true, in: root)
    default: throw .unusableMountPoint(place: name, reason: "it is no directory in the image")
    }
  }

  /// Makes the missing ones below `folder`, which is empty.
  func make(in folder: String, like root: borrowing RootView) throws(SandboxError) {
    try copyAttributes(of: .root, from: root, to: folder)
    for point in points where point.place.missing > 0 {
      let path = point.place.path
      for ancestor in path.ancestors.dropFirst() {
        try makeDirectory(ancestor, in: folder, like: root)
      }
      if point.isDirectory {
        try makeDirectory(path, in: folder, like: root)
      } else {
        let file = clinux_open("\(folder)\(path)", O_CREAT | O_WRONLY | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw setupFailure("make the mount point '\(path)'") }
        close(file)
      }
    }
  }

  private func makeDirectory(
    _ path: TreePath, in folder: String, like root: borrowing RootView
  ) throws(SandboxError) {
    let made = "\(folder)\(path)"
    guard mkdir(made, 0o755) == 0 else {
      if errno == EEXIST { return }
      throw setupFailure("make the mount point '\(path)'")
    }
    try copyAttributes(of: path, from: root, to: made)
  }

  private func copyAttributes(
    of path: TreePath, from root: borrowing RootView, to made: String
  ) throws(SandboxError) {
    guard let status = root.status(of: path) else { return }
    guard chown(made, status.uid, status.gid) == 0, chmod(made, mode_t(status.permissions)) == 0
    else { throw setupFailure("give the mount point '\(path)' its owner") }
  }
}
