package import OCI

/// Where an unpacked layer is not what the layer says.
package struct SnapshotDifference: Sendable, Equatable {
  package enum Aspect: String, Sendable, Codable {
    case missing
    /// Something that the layer does not have.
    case extra
    case kind
    case content
    case mode
    case owner
    case link
    case attributes
    case device
    /// Whether what the layers below have in a directory is seen.
    case opaqueness
    case time
  }

  package let path: TreePath
  package let aspect: Aspect

  package init(_ path: TreePath, _ aspect: Aspect) {
    (self.path, self.aspect) = (path, aspect)
  }
}
