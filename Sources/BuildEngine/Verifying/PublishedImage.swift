import BuildPlan
package import OCI
import Registry
package import Storage

/// An image that somebody made elsewhere, to be compared with one that was built here.
package struct PublishedImage: Sendable {
  package let manifest: Descriptor
  package let config: ImageConfig
  package let configDigest: Digest
  private let reference: ImageReference
  private let services: BuildServices

  /// Gets its documents: from a store where it has this name, else from its registry.
  ///
  /// - Parameters:
  ///   - named: Where names count.
  ///   - services: With the store that it is put into.
  /// - Throws: `RegistryError`; ``StorageError/incompleteImage(name:)`` for an image of a store that
  ///   lacks a part of it.
  package static func fetch(
    _ reference: ImageReference, _ platform: Platform, named store: Store, _ services: BuildServices
  ) throws -> PublishedImage {
    if let local = try store.images.image(named: reference) {
      do {
        try services.store.adopt(local.manifest.digest, from: store)
        return try PublishedImage(local.manifest, reference, services)
      } catch StorageError.missingBlob {
        throw StorageError.incompleteImage(name: reference.familiar)
      }
    }
    services.events(.resolving(reference))
    let image = try services.registry.resolve(reference, platform: platform)
    try services.store.blobs.write(image.configBytes)
    try services.store.blobs.write(image.manifestBytes)
    return try PublishedImage(image.descriptor, reference, services)
  }

  private init(
    _ manifest: Descriptor, _ reference: ImageReference, _ services: BuildServices
  ) throws {
    let blobs = services.store.blobs
    let parsed = try CanonicalJSON.decode(ImageManifest.self, from: blobs.read(manifest.digest))
    self.manifest = manifest
    config = try CanonicalJSON.decode(ImageConfig.self, from: blobs.read(parsed.config.digest))
    configDigest = parsed.config.digest
    self.reference = reference
    self.services = services
  }

  /// Fetches what is lacking of its layers.
  func root() throws -> RootState {
    let base = ResolvedBase(manifest: manifest, config: config)
    return RootState(
      layers: try BasePuller(services: services).layers(of: base, named: reference).layers)
  }
}
