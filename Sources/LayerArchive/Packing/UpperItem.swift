import CLinux
import FileSystem
import OCI

/// One thing in an overlay's upper directory, as it is on disk.
struct UpperItem {
  /// Without content. An opaque directory is marked; a whiteout is one in whatever form it has.
  var entry: LayerEntry
  let status: FileStatus
  /// Attributes that the overlay has put there.
  let overlayAttributes: [String]

  init(
    _ path: TreePath, _ status: FileStatus, _ found: ExtendedAttributes.Found, _ form: OverlayForm
  ) {
    self.status = status
    overlayAttributes = found.overlay.map(\.name)
    let kind = Self.kind(status, found, form)
    entry = LayerEntry(
      path: path, kind: kind, permissions: status.permissions, uid: status.uid, gid: status.gid)
    if kind == .whiteout {
      entry = .whiteout(path)
      return
    }
    entry.attributes = found.own
    if kind == .file { entry.size = status.size }
    if kind == .characterDevice || kind == .blockDevice {
      entry.deviceMajor = clinux_major(dev_t(status.deviceNumber))
      entry.deviceMinor = clinux_minor(dev_t(status.deviceNumber))
    }
    entry.isOpaque =
      kind == .directory
      && found.overlay.contains { $0.name == form.opaqueAttribute && $0.value == [0x79] }
  }

  /// - Precondition: It is no socket.
  private static func kind(
    _ status: FileStatus, _ found: ExtendedAttributes.Found, _ form: OverlayForm
  ) -> LayerEntry.Kind {
    switch status.kind {
    case .characterDevice where status.deviceNumber == 0: .whiteout
    case .file
    where status.size == 0 && found.overlay.contains { $0.name == form.whiteoutAttribute }:
      .whiteout
    case .file, .socket: .file
    case .directory: .directory
    case .symlink: .symlink
    case .characterDevice: .characterDevice
    case .blockDevice: .blockDevice
    case .fifo: .fifo
    }
  }
}
