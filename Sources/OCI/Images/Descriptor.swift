/// A typed, sized pointer to content.
///
/// Source: OCI image-spec v1.1, `descriptor.md`.
package struct Descriptor: Hashable, Sendable, Codable {
  package var mediaType: MediaType
  package var digest: Digest
  /// In bytes.
  package var size: Int64
  package var platform: Platform?
  package var annotations: [String: String]?
  /// Of a manifest that is no image's: what it is.
  package var artifactType: String?

  package init(
    mediaType: MediaType, digest: Digest, size: Int64, platform: Platform? = nil,
    annotations: [String: String]? = nil
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.platform = platform
    self.annotations = annotations
  }
}
