package import OCI
import Synchronization

/// Speaks to image registries: resolves, pulls and pushes.
///
/// Everything blocks the calling thread; one client serves all threads, and keeps tokens and
/// connections for the next request. Knows nothing of builds, and stores only what it is told to.
///
/// Source: OCI distribution-spec v1.1, "Endpoints".
package final class RegistryClient: Sendable {
  let courier: Courier
  let limits: TransferLimits
  let configuration: RegistryConfiguration
  private let environment: [String: String]
  private let repositories: (any RepositoryMaker)?
  /// Mirrors that could not be reached are not tried again.
  private let lostMirrors = Mutex<[Endpoint: RegistryError]>([:])

  /// - Parameters:
  ///   - credentials: Asked once for each registry that wants credentials.
  ///   - repositories: Asked when a push finds no repository; nil makes none.
  ///   - environment: Of the process: mirrors, proxies and certificates are named there.
  ///   - isCancelled: Asked often, from the calling thread; true ends every transfer soon with
  ///     ``RegistryError/cancelled``.
  package convenience init(
    configuration: RegistryConfiguration, credentials: any CredentialSource,
    repositories: (any RepositoryMaker)? = nil, environment: [String: String],
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    let courier = Courier(
      transport: CurlTransport(environment: environment, isCancelled: isCancelled),
      credentials: credentials, policy: RetryPolicy(), clock: SystemRetryClock(),
      isCancelled: isCancelled)
    self.init(
      courier: courier, configuration: configuration, environment: environment,
      repositories: repositories)
  }

  init(
    courier: Courier, configuration: RegistryConfiguration, environment: [String: String],
    repositories: (any RepositoryMaker)? = nil, limits: TransferLimits = TransferLimits()
  ) {
    self.courier = courier
    self.configuration = configuration
    self.environment = environment
    self.repositories = repositories
    self.limits = limits
  }

  /// Loads libcurl, which takes some milliseconds, while the caller's other threads do better things.
  /// Nobody has to call it; what fails here fails again, with an error, at the first request.
  package static func preload() { _ = CurlTransport.isAvailable }

  /// What a tag or digest names in its registry; mirrors are not asked.
  /// - Returns: nil when there is no such thing.
  package func head(_ reference: ImageReference) throws -> Descriptor? {
    try Self.check(reference)
    let endpoint = try configuration.endpoint(of: reference.registry)
    return try ManifestRequests(courier: courier, endpoint: endpoint, limits: limits)
      .head(reference)
  }

  /// What a tag names for those who pull it: mirrors are asked first.
  /// - Throws: ``RegistryError``, also when there is no such thing.
  package func headOfPull(_ reference: ImageReference) throws -> Descriptor {
    try throughMirrors(reference) { endpoint in
      let requests = ManifestRequests(courier: courier, endpoint: endpoint, limits: limits)
      guard let found = try requests.head(reference) else {
        throw RegistryError.notFound(
          host: endpoint.origin.authority, subject: reference.familiar, told: ServerMessage())
      }
      return found
    }
  }

  /// Finds the image that `reference` names, for one platform, with its configuration.
  /// - Throws: ``RegistryError/noMatchingPlatform(subject:wanted:available:)`` among others.
  package func resolve(
    _ reference: ImageReference, platform: Platform
  ) throws -> ResolvedImage {
    try throughMirrors(reference) { endpoint in
      let requests = ManifestRequests(courier: courier, endpoint: endpoint, limits: limits)
      return try ImageResolution(requests: requests, reference: reference, platform: platform)
        .resolve()
    }
  }

  /// Brings a blob of an image into `store`; what is there already is not transferred.
  /// - Parameter progress: Is told, on the calling thread, how many bytes of the blob are here.
  /// - Throws: ``RegistryError``, or what the store throws; nothing is stored then.
  package func pull(
    _ blob: Descriptor, of reference: ImageReference, into store: any ContentStore,
    progress: @escaping (Int64) -> Void = { _ in }
  ) throws {
    guard blob.size >= 0 else {
      throw RegistryError.malformed(
        subject: reference.familiar, reason: "a layer has a negative size")
    }
    if try store.size(of: blob.digest) == blob.size { return progress(blob.size) }
    try throughMirrors(reference) { endpoint in
      try BlobDownload(
        courier: courier, endpoint: endpoint, repository: reference.repository, blob: blob,
        store: store
      ).run(progress)
    }
  }

  /// Sends a blob to a repository, unless the registry has it.
  /// - Parameters:
  ///   - candidates: Repositories of the same registry that may have the blob, likeliest first.
  ///   - progress: Is told, on the calling thread, how many bytes of the blob are there.
  /// - Throws: ``RegistryError``, or what the store throws.
  package func push(
    _ blob: Descriptor, from store: any ContentStore, to reference: ImageReference,
    mountingFrom candidates: [String] = [], progress: @escaping (Int64) -> Void = { _ in }
  ) throws -> PushOutcome {
    try Self.check(reference)
    let endpoint = try configuration.endpoint(of: reference.registry)
    return try inRepository(of: reference) {
      try BlobUpload(
        courier: courier, endpoint: endpoint, repository: reference.repository, blob: blob,
        store: store, limits: limits
      ).run(mountingFrom: candidates, progress: progress)
    }
  }

  /// Publishes a manifest or index under the reference's digest or, without one, its tag.
  /// - Throws: ``RegistryError``, also when the registry stored something else.
  @discardableResult
  package func putManifest(
    _ bytes: [UInt8], mediaType: MediaType, to reference: ImageReference
  ) throws -> Digest {
    try Self.check(reference)
    let endpoint = try configuration.endpoint(of: reference.registry)
    return try inRepository(of: reference) {
      try ManifestRequests(courier: courier, endpoint: endpoint, limits: limits)
        .put(bytes, mediaType: mediaType, to: reference)
    }
  }

  /// Sends something; when there is no repository and one can be made, sends it once more.
  private func inRepository<Result>(
    of reference: ImageReference, _ send: () throws -> Result
  ) throws -> Result {
    do {
      return try send()
    } catch let error as RegistryError where error.isNotFound {
      let isMade = try repositories?.make(reference.repository, in: reference.registry) ?? false
      guard isMade else { throw error }
      return try send()
    }
  }

  // MARK: Places

  /// Asks the mirrors in order, then the registry itself.
  private func throughMirrors<Result>(
    _ reference: ImageReference, _ ask: (Endpoint) throws -> Result
  ) throws -> Result {
    try Self.check(reference)
    var failure: RegistryError?
    for mirror in try configuration.mirrorEndpoints(
      of: reference.registry, environment: environment)
    {
      if let known = lostMirrors.withLock({ $0[mirror] }) {
        failure = known
        continue
      }
      do {
        return try ask(mirror)
      } catch let error as RegistryError where error != .cancelled {
        failure = error
        if case .transport = error { lostMirrors.withLock { $0[mirror] = error } }
      }
    }
    do {
      return try ask(configuration.endpoint(of: reference.registry))
    } catch let error as RegistryError where error != .cancelled {
      guard let failure else { throw error }
      throw RegistryError.mirrorAndRegistry(mirror: failure, registry: error)
    }
  }

  /// References are also made from parts, by others: what goes into an address is checked here.
  static func check(_ reference: ImageReference) throws {
    guard let same = ImageReference(reference.description),
      same.repository == reference.repository, same.registry == reference.registry
    else { throw RegistryError.invalidName(reference.description) }
  }
}

/// How a blob came to be in a registry.
package enum PushOutcome: Sendable, Hashable {
  case existed
  /// Taken over from another repository of the same registry.
  case mounted
  case uploaded
}

/// Sizes in bytes.
struct TransferLimits: Sendable {
  var manifest = 8 << 20
  var config = 16 << 20
  /// A blob above this goes in pieces, so that a break costs at most one.
  var chunk: Int64 = 64 << 20
}
