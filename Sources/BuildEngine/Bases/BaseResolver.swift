package import BuildPlan
import Diagnostics
import OCI
package import Registry
package import Storage

/// Finds out which image a base's name means: a name in the store, what the name meant when it was
/// last asked for, or what a registry says now.
package struct BaseResolver: Sendable {
  private let store: Store
  private let registry: RegistryClient
  private let events: EventSink
  /// Ask the registry although the answer of an earlier time is known.
  private let asksAgain: Bool

  package init(
    store: Store, registry: RegistryClient, asksAgain: Bool, events: @escaping EventSink
  ) {
    self.store = store
    self.registry = registry
    self.asksAgain = asksAgain
    self.events = events
  }

  /// - Throws: ``StepFailure`` with the place where the Dockerfile names the image.
  package func resolve(_ requests: [BaseRequest]) throws -> [BaseKey: ResolvedBase] {
    var found: [BaseKey: ResolvedBase] = [:]
    for request in requests {
      do {
        found[request.key] = try resolve(request.reference, request.platform)
      } catch {
        throw StepFailure(span: request.span, instruction: "", cause: error)
      }
    }
    return found
  }

  private func resolve(
    _ reference: ImageReference, _ platform: Platform
  ) throws -> ResolvedBase {
    if let local = try local(reference, platform) { return local }
    if !asksAgain, let known = try known(reference, platform) { return known }
    events(.resolving(reference))
    let image = try registry.resolve(reference, platform: platform)
    let store = store
    try store.blobs.write(image.configBytes)
    try store.blobs.write(image.manifestBytes)
    try store.images.setResolution(of: reference, platform, to: image.descriptor)
    return ResolvedBase(manifest: image.descriptor, config: image.config)
  }

  /// An image that a person gave this name, which counts before what a registry has.
  private func local(_ reference: ImageReference, _ platform: Platform) throws -> ResolvedBase? {
    guard let image = try store.images.image(named: reference) else { return nil }
    // A registry may have another image of that name, which nobody meant.
    guard let base = try read(image.manifest) else {
      throw StorageError.incompleteImage(name: reference.familiar)
    }
    guard platform.accepts(base.config.platform) else {
      throw BuildError.wrongPlatform(
        image: reference.familiar, has: base.config.platform, wanted: platform)
    }
    return base
  }

  private func known(_ reference: ImageReference, _ platform: Platform) throws -> ResolvedBase? {
    guard let resolution = try store.images.resolution(of: reference, platform) else { return nil }
    return try read(resolution.manifest)
  }

  private func read(_ descriptor: Descriptor) throws -> ResolvedBase? {
    guard try store.blobs.size(of: descriptor.digest) != nil else { return nil }
    let manifest = try CanonicalJSON.decode(
      ImageManifest.self, from: store.blobs.read(descriptor.digest))
    guard try store.blobs.size(of: manifest.config.digest) != nil else { return nil }
    let config = try CanonicalJSON.decode(
      ImageConfig.self, from: store.blobs.read(manifest.config.digest))
    return ResolvedBase(manifest: descriptor, config: config)
  }
}
