/// One thing that a layer says about a path.
///
/// Source: OCI image-spec v1.1, `layer.md`. There are no times: layers that runctl writes have one
/// constant time, and nothing that is compared ever depends on another.
package struct LayerEntry: Hashable, Sendable {
  package enum Kind: UInt8, Sendable {
    case file
    case directory
    case symlink
    /// The same file as the one at the path in `link`.
    case hardLink
    case characterDevice
    case blockDevice
    case fifo
    /// Removes what the layers below have at the path.
    case whiteout
  }

  package struct ExtendedAttribute: Hashable, Sendable {
    package let name: String
    package let value: [UInt8]

    package init(name: String, value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  package var path: TreePath
  package var kind: Kind
  /// The bits 07777.
  package var permissions: UInt16
  package var uid: UInt32
  package var gid: UInt32
  /// Of a regular file, in bytes.
  package var size: Int64 = 0
  /// Of a regular file.
  package var content: Digest?
  /// A symbolic link's target as it is, or the ``TreePath`` that a hard link names.
  package var link: [UInt8] = []
  package var deviceMajor: UInt32 = 0
  package var deviceMinor: UInt32 = 0
  /// Sorted by name.
  package var attributes: [ExtendedAttribute] = []
  /// Of a directory: nothing that the layers below have in it is seen.
  package var isOpaque = false

  package init(path: TreePath, kind: Kind, permissions: UInt16, uid: UInt32 = 0, gid: UInt32 = 0) {
    self.path = path
    self.kind = kind
    self.permissions = permissions
    self.uid = uid
    self.gid = gid
  }

  package static func whiteout(_ path: TreePath) -> LayerEntry {
    LayerEntry(path: path, kind: .whiteout, permissions: 0)
  }
}
