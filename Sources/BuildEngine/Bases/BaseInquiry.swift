package import BuildPlan
import Diagnostics
import LayerArchive
package import OCI
package import Registry
package import Storage

/// Asks what bases' names mean now, whatever is pinned.
package struct BaseInquiry: Sendable {
  /// What a name means.
  package struct Meaning: Sendable {
    /// Of the manifest for the platform.
    package let manifest: Digest
    /// Of what the tag names, where that is an index of several images.
    package var index: Digest?
    /// Since when, in RFC 3339, as far as that is known: when the image was made or got its name.
    package var since: String?
    /// Whether it is a name in the store, which no registry was asked for.
    package var isLocal = false
  }

  package enum Answer: Sendable {
    case means(Meaning)
    /// There is no such image any more.
    case gone
    /// The registry could not be asked.
    case silence(reason: String)
  }

  /// What stands for no time in images that were made as runctl makes them.
  private static let constantTime = Timestamp.rfc3339(LayerWriter.epoch)

  private let stored: StoredBases
  private let registry: RegistryClient
  private let events: EventSink

  package init(store: Store, registry: RegistryClient, events: @escaping EventSink) {
    stored = StoredBases(store: store)
    self.registry = registry
    self.events = events
  }

  /// What the store takes a name to mean; a registry is only asked when it knows nothing.
  package func known(_ key: BaseKey) throws -> Meaning {
    if let local = try local(key) { return local }
    if let base = try stored.remembered(key) { return Meaning(manifest: base.manifest.digest) }
    return try resolve(key)
  }

  /// What a name means now.
  /// - Parameters:
  ///   - manifest: What it is taken to mean; nil when there is nothing to fall back to.
  ///   - index: What the tag named then. While it does, one request without an answer's body is enough.
  package func ask(_ key: BaseKey, than manifest: Digest?, _ index: Digest?) throws -> Answer {
    if let local = try local(key) { return .means(local) }
    do {
      if let manifest, key.reference.digest == nil {
        events(.resolving(key.reference))
        let now = try registry.headOfPull(key.reference).digest
        if now == manifest || now == index {
          return .means(Meaning(manifest: manifest, index: index))
        }
      }
      return .means(try resolve(key))
    } catch let error as RegistryError where manifest != nil {
      if error.isNotFound { return .gone }
      guard error.isSilence else { throw error }
      return .silence(reason: error.diagnostic.message)
    }
  }

  private func local(_ key: BaseKey) throws -> Meaning? {
    guard let base = try stored.local(key) else { return nil }
    let named = try stored.store.images.image(named: key.reference)
    return Meaning(
      manifest: base.manifest.digest, since: named.map { Timestamp.rfc3339($0.created) },
      isLocal: true)
  }

  private func resolve(_ key: BaseKey) throws -> Meaning {
    events(.resolving(key.reference))
    let image = try registry.resolve(key.reference, platform: key.platform)
    let base = try stored.keep(image)
    return Meaning(
      manifest: base.manifest.digest,
      index: image.digest == base.manifest.digest ? nil : image.digest,
      since: image.config.created.flatMap { $0 == Self.constantTime ? nil : $0 })
  }
}

extension RegistryError {
  /// Whether nothing was said about what was asked, and may be another time.
  var isSilence: Bool {
    switch self {
    case .transport, .retryLater, .libcurlMissing: true
    case .http(_, _, let status, _): status >= 500 || status == 429
    case .mirrorAndRegistry(_, let registry): registry.isSilence
    default: false
    }
  }
}
