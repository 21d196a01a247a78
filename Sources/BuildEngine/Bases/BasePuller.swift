import BuildPlan
import FileSystem
import OCI
import Processes
import Registry
import Storage
import Synchronization

/// Brings the layers of a base image into the store, and learns what is in them.
struct BasePuller: Sendable {
  let services: BuildServices

  /// Whether nothing would have to be fetched.
  func hasLayers(of base: ResolvedBase) throws -> Bool {
    try base.config.rootFS.diffIDs.allSatisfy { try services.store.layers.layer($0) != nil }
  }

  /// - Returns: The layers, bottom first, and how many bytes had to be fetched.
  func layers(
    of base: ResolvedBase, named reference: ImageReference
  ) throws -> (layers: [StoredLayer], fetched: Int64) {
    let store = services.store
    let manifest = try CanonicalJSON.decode(
      ImageManifest.self, from: store.blobs.read(base.manifest.digest))
    let diffIDs = base.config.rootFS.diffIDs
    guard diffIDs.count == manifest.layers.count else {
      throw StorageError.notALayout(
        path: reference.familiar, reason: "its configuration does not fit its manifest")
    }
    var missing = JobGraph<(diffID: Digest, descriptor: Descriptor)>()
    var size: Int64 = 0
    for (diffID, descriptor) in zip(diffIDs, manifest.layers) {
      if try store.layers.layer(diffID) != nil { continue }
      _ = missing.add((diffID, descriptor), lane: .transfer)
      if try store.blobs.size(of: descriptor.digest) == nil { size += descriptor.size }
    }
    // What a person named here need not be in any registry.
    if size > 0,
      try store.images.image(named: reference)?.manifest.digest == base.manifest.digest
    {
      throw StorageError.incompleteImage(name: reference.familiar)
    }
    if missing.count > 0 {
      try fetch(missing, size: size, of: reference)
    }
    let layers = try diffIDs.map { diffID in
      guard let layer = try store.layers.layer(diffID) else {
        throw StorageError.missingBlob(diffID)
      }
      return layer
    }
    return (layers, missing.count == 0 ? 0 : max(1, size))
  }

  private func fetch(
    _ missing: JobGraph<(diffID: Digest, descriptor: Descriptor)>, size: Int64,
    of reference: ImageReference
  ) throws {
    let start = ContinuousClock.now
    services.events(.pulling(reference, layers: missing.count, bytes: size))
    let failures = services.run(missing) { layer in
      try fetch(layer.descriptor, layer.diffID, of: reference)
    }
    if let first = failures.first { throw first }
    if services.interruption.requested != nil { throw BuildError.interrupted }
    services.events(.pulled(reference, bytes: size, duration: .now - start))
  }

  private func fetch(
    _ descriptor: Descriptor, _ diffID: Digest, of reference: ImageReference
  ) throws {
    let store = services.store
    let lock = try store.lock(descriptor.digest) { services.events(.waitingForPull(reference)) }
    defer { _ = lock }
    if try store.layers.layer(diffID) != nil { return }
    let counted = Mutex<Int64>(0)
    try services.registry.pull(descriptor, of: reference, into: store.blobs) { arrived in
      let more = counted.withLock { counted in
        defer { counted = arrived }
        return arrived - counted
      }
      services.events(.transferred(bytes: more))
    }
    _ = try LayerInspection.learn(descriptor, diffID, in: store)
  }
}
