/// What the bytes behind a descriptor are.
///
/// Source: OCI image-spec v1.1, `media-types.md`; Docker's "Image Manifest V 2, Schema 2".
package struct MediaType: Hashable, Sendable, Codable, RawRepresentable, CustomStringConvertible {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  package init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(String.self)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  package var description: String { rawValue }

  package static let imageManifest = Self(rawValue: "application/vnd.oci.image.manifest.v1+json")
  package static let imageIndex = Self(rawValue: "application/vnd.oci.image.index.v1+json")
  package static let imageConfig = Self(rawValue: "application/vnd.oci.image.config.v1+json")
  package static let layer = Self(rawValue: "application/vnd.oci.image.layer.v1.tar")
  package static let layerGzip = Self(rawValue: "application/vnd.oci.image.layer.v1.tar+gzip")
  package static let layerZstd = Self(rawValue: "application/vnd.oci.image.layer.v1.tar+zstd")
  /// Source: `manifest.md`, "Guidance for an Empty Descriptor".
  package static let empty = Self(rawValue: "application/vnd.oci.empty.v1+json")

  package static let dockerManifest = Self(
    rawValue: "application/vnd.docker.distribution.manifest.v2+json")
  package static let dockerManifestList = Self(
    rawValue: "application/vnd.docker.distribution.manifest.list.v2+json")
  package static let dockerConfig = Self(
    rawValue: "application/vnd.docker.container.image.v1+json")
  package static let dockerLayerGzip = Self(
    rawValue: "application/vnd.docker.image.rootfs.diff.tar.gzip")
  package static let dockerLayer = Self(rawValue: "application/vnd.docker.image.rootfs.diff.tar")

  /// Whether it lists manifests, one for each platform.
  package var isIndex: Bool { self == .imageIndex || self == .dockerManifestList }

  package var isManifest: Bool { self == .imageManifest || self == .dockerManifest }

  /// The OCI name of the same content, for manifests that runctl writes over layers that it found.
  package var asOCI: MediaType {
    switch self {
    case .dockerManifest: .imageManifest
    case .dockerManifestList: .imageIndex
    case .dockerConfig: .imageConfig
    case .dockerLayerGzip: .layerGzip
    case .dockerLayer: .layer
    default: self
    }
  }
}
