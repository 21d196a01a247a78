import FileSystem
package import OCI
import Processes
import Registry
import Storage
import Synchronization

/// Publishes an image: what the registry lacks of its content, then the manifest by digest, then the
/// tags.
package struct ImagePusher: Sendable {
  private let services: BuildServices
  private let source: any ContentStore

  package init(_ services: BuildServices, from source: any ContentStore) {
    self.services = services
    self.source = source
  }

  /// - Parameters:
  ///   - references: Where it goes; each with a tag.
  ///   - uploads: What this invocation has sent already, and where candidates to mount from are.
  /// - Throws: `RegistryError`; tags move only after everything else is there.
  package func push(
    _ manifest: Descriptor, to references: [ImageReference], after uploads: LayerUploads
  ) throws {
    let bytes = try source.read(manifest.digest)
    let parsed = try CanonicalJSON.decode(ImageManifest.self, from: bytes)
    let type = parsed.mediaType ?? manifest.mediaType
    var repositories: [ImageReference] = []
    for reference in references where !repositories.contains(where: { $0.name == reference.name }) {
      repositories.append(reference)
    }
    var graph = JobGraph<(blob: Descriptor, repository: ImageReference)>()
    for repository in repositories {
      for blob in Self.unique(parsed.layers + [parsed.config]) {
        _ = graph.add((blob, repository), lane: .transfer)
      }
    }
    let failures = services.run(graph) { job in
      try uploads.send(job.blob, from: source, to: job.repository, services)
    }
    if let first = failures.first { throw first }
    if services.interruption.requested != nil { throw BuildError.interrupted }
    for repository in repositories {
      // Registries are not good at two that name the same manifest at once.
      let lock = try services.lock(repository, manifest.digest)
      defer { _ = lock }
      let byDigest = ImageReference(
        registry: repository.registry, repository: repository.repository, tag: nil,
        digest: manifest.digest)
      try services.registry.putManifest(bytes, mediaType: type, to: byDigest)
      for reference in references where reference.tag != nil && reference.name == repository.name {
        try services.registry.putManifest(bytes, mediaType: type, to: reference)
        services.events(.published(reference, manifest.digest))
      }
    }
  }

  private static func unique(_ blobs: [Descriptor]) -> [Descriptor] {
    var seen: Set<Digest> = []
    return blobs.filter { seen.insert($0.digest).inserted }
  }
}

/// The content that an invocation has sent, so that nothing is sent or asked for twice.
package final class LayerUploads: Sendable {
  private struct Place: Hashable {
    let digest: Digest
    let repository: String
  }

  private let done = Mutex<Set<Place>>([])
  /// Repositories that base images come from: a registry can take layers over from there.
  private let origins: [ImageReference]

  package init(origins: [ImageReference] = []) { self.origins = origins }

  func send(
    _ blob: Descriptor, from source: any ContentStore, to repository: ImageReference,
    _ services: BuildServices
  ) throws {
    let place = Place(digest: blob.digest, repository: repository.name)
    if done.withLock({ $0.contains(place) }) { return }
    let lock = try services.lock(repository, blob.digest)
    defer { _ = lock }
    services.events(.uploading(blob, to: repository))
    let candidates = origins.filter { $0.registry == repository.registry }.map(\.repository)
    let counted = Mutex<Int64>(0)
    let outcome: PushOutcome
    do {
      outcome = try services.registry.push(
        blob, from: source, to: repository, mountingFrom: candidates
      ) { sent in
        let more = counted.withLock { counted in
          defer { counted = sent }
          return sent - counted
        }
        services.events(.transferred(bytes: more))
      }
    } catch {
      // A registry that refuses wrong bytes does not say that they are.
      guard case RegistryError.cancelled = error else {
        let digest = try source.contentDigest(of: blob.digest)
        throw digest == blob.digest ? error : StorageError.damagedBlob(blob.digest)
      }
      throw error
    }
    done.withLock { _ = $0.insert(place) }
    let how: PushedAs =
      switch outcome {
      case .existed: .existing
      case .mounted: .mounted
      case .uploaded: .uploaded
      }
    services.events(.uploaded(blob, to: repository, how))
  }
}

extension BuildServices {
  /// Waits until no other runctl sends the same content to the same repository.
  fileprivate func lock(_ repository: ImageReference, _ content: Digest) throws -> FileLock {
    try store.lock(SHA256.digest(of: "\(repository.name) \(content)")) {
      events(.waitingForPush(repository))
    }
  }
}
