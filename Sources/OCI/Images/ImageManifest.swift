/// The configuration and the layers of one image, bottom layer first.
///
/// Source: OCI image-spec v1.1, `manifest.md`; reads Docker's schema 2, which has the same shape.
package struct ImageManifest: Hashable, Sendable, Codable {
  package var schemaVersion = 2
  package var mediaType: MediaType?
  package var config: Descriptor
  package var layers: [Descriptor]
  package var annotations: [String: String]?
  /// Of what is no image, see "Guidelines for Artifact Usage".
  package var artifactType: String?

  package init(config: Descriptor, layers: [Descriptor]) {
    mediaType = .imageManifest
    self.config = config
    self.layers = layers
  }
}

/// A list of manifests, one for each platform.
///
/// Source: OCI image-spec v1.1, `image-index.md`; reads Docker's manifest lists, too.
package struct ImageIndex: Hashable, Sendable, Codable {
  package var schemaVersion = 2
  package var mediaType: MediaType?
  package var manifests: [Descriptor]

  package init(manifests: [Descriptor]) {
    mediaType = .imageIndex
    self.manifests = manifests
  }
}
