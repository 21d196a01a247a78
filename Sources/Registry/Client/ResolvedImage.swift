package import OCI

/// An image of a registry, for one platform, as far as it is described by documents.
package struct ResolvedImage: Sendable {
  package let reference: ImageReference
  /// Of what the reference names: the index where there is one, else the manifest.
  package let digest: Digest
  /// Of the manifest for the platform.
  package let descriptor: Descriptor
  package let manifest: ImageManifest
  package let manifestBytes: [UInt8]
  package let config: ImageConfig
  package let configBytes: [UInt8]
}
