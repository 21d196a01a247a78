import BuildPlan
import OCI
import Registry
import Storage

/// What the store knows of base images, without asking anybody.
struct StoredBases: Sendable {
  let store: Store

  /// An image that a person gave this name, which counts before what a registry has.
  func local(_ key: BaseKey) throws -> ResolvedBase? {
    guard let image = try store.images.image(named: key.reference) else { return nil }
    // A registry may have another image of that name, which nobody meant.
    guard let base = try read(image.manifest) else {
      throw StorageError.incompleteImage(name: key.reference.familiar)
    }
    guard key.platform.accepts(base.config.platform) else {
      throw BuildError.wrongPlatform(
        image: key.reference.familiar, has: base.config.platform, wanted: key.platform)
    }
    return base
  }

  /// What a registry said when it was last asked.
  func remembered(_ key: BaseKey) throws -> ResolvedBase? {
    try store.images.resolution(of: key.reference, key.platform).flatMap { try read($0.manifest) }
  }

  /// When a registry was last asked, in seconds since 1970-01-01T00:00:00Z; nil when none was or
  /// need be.
  func asked(_ key: BaseKey) throws -> Int64? {
    guard key.reference.digest == nil, try store.images.image(named: key.reference) == nil else {
      return nil
    }
    return try store.images.resolution(of: key.reference, key.platform)?.resolved
  }

  /// - Parameter manifest: From a file that anybody may have written.
  func image(_ manifest: Digest, for key: BaseKey) throws -> ResolvedBase? {
    guard let size = try store.blobs.size(of: manifest) else { return nil }
    let descriptor = Descriptor(mediaType: .imageManifest, digest: manifest, size: size)
    let found: ResolvedBase?
    do { found = try read(descriptor) } catch is DecodingError { return nil }
    guard let base = found else { return nil }
    let (has, wanted) = (base.config.platform, key.platform)
    // Old builders did not always write down what an image is for, or which variant.
    let isRight =
      has.os.isEmpty || has.architecture.isEmpty
      || (has.os, has.architecture) == (wanted.os, wanted.architecture)
    guard isRight else {
      throw BuildError.wrongPlatform(image: key.reference.familiar, has: has, wanted: wanted)
    }
    return base
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

  /// Keeps the documents of an image.
  func keep(_ image: ResolvedImage) throws -> ResolvedBase {
    try store.blobs.write(image.configBytes)
    try store.blobs.write(image.manifestBytes)
    return ResolvedBase(manifest: image.descriptor, config: image.config)
  }
}
