package import OCI

/// A layer that is complete in the store.
package struct WrittenLayer: Sendable {
  package let descriptor: Descriptor
  /// The digest of the tar stream before compression.
  package let diffID: Digest
  package let index: LayerIndex
  /// In the order of the blob, which they fill without gaps.
  package let members: [LayerMember]
}

package enum LayerCompression: Sendable {
  /// Level 6, in members that are cut by ``MemberBoundary``.
  case gzip

  package var mediaType: MediaType {
    switch self {
    case .gzip: .layerGzip
    }
  }
}
