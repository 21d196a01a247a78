/// Where and how a layer is unpacked.
package struct SnapshotTarget: Sendable {
  /// Empty; becomes a directory that overlayfs can use as a lower one.
  package let directory: String
  package let form: OverlayForm
  /// The snapshots of the layers below, the top one first. Needed only by layers that have hard
  /// links to files below them, as some builders make: those are copied from there.
  package let lowerDirectories: [String]

  package init(directory: String, form: OverlayForm, lowerDirectories: [String] = []) {
    self.directory = directory
    self.form = form
    self.lowerDirectories = lowerDirectories
  }
}
