package import OCI

/// How a registry receives those who come: for logging in, and for finding out what is wrong.
package struct RegistryAccess: Sendable {
  package enum Method: Sendable, Hashable {
    /// User and password with every request.
    case basic
    /// A token that another service gives out; its host.
    case bearer(service: String)
  }

  /// `https://registry.example.com`.
  package let address: String
  /// Whether somebody answered there who speaks a registry's language.
  package let isReachable: Bool
  /// nil: it asks for nothing.
  package let method: Method?
  /// Every place that was asked for credentials, and what it said.
  package let answers: [CredentialAnswer]
  package let lookup: CredentialLookup
  /// Why not even the start page may be seen.
  package let failure: RegistryError?
}

extension RegistryClient {
  /// What may be done with a repository.
  package enum Right: Sendable, Hashable, CaseIterable {
    case pull
    case push
  }

  /// Goes to a registry's start page, with what credentials there are.
  ///
  /// Source: OCI distribution-spec v1.1, "Determining support".
  /// - Throws: ``RegistryError/invalidName(_:)`` and ``RegistryError/cancelled`` only.
  package func access(to registry: String) throws -> RegistryAccess {
    let endpoint = try configuration.endpoint(of: registry)
    let errand = Courier.Errand(
      endpoint: endpoint, scope: AccessScope(), subject: endpoint.origin.authority)
    var failure: RegistryError?
    var isReachable = true
    do {
      let start = WebAddress(origin: endpoint.origin, target: "/v2/")
      let response = try courier.deliver(HTTPRequest(.get, start), errand)
      switch response.status {
      case 200: break
      case 401, 403: failure = courier.failure(response, errand)
      default:
        isReachable = false
        failure = .unsupported(
          subject: endpoint.origin.description,
          reason: "is no registry: it answers \(response.status) for /v2/")
      }
    } catch let error as RegistryError where error != .cancelled {
      failure = error
      if case .transport(endpoint.origin.authority, _, _) = error { isReachable = false }
    }
    let keyring = courier.authenticator.keyring
    return RegistryAccess(
      address: endpoint.origin.description, isReachable: isReachable,
      method: courier.authenticator.method(of: endpoint),
      answers: isReachable ? keyring.answers(for: registry) : [], lookup: keyring.lookup(registry),
      failure: failure)
  }

  /// A tag that nobody has: what is asked is whether one may ask.
  private static let unlikelyTag = "runctl-asks-whether-it-may"

  /// Source: distribution-spec v1.1, "Error codes".
  private static let noRepository = "NAME_UNKNOWN"

  /// Finds out whether a repository may be read or written. The upload that is opened for it is given
  /// up; a registry that knows no giving up drops it by itself after a while.
  /// - Throws: ``RegistryError``, when not.
  package func check(_ right: Right, of reference: ImageReference) throws {
    try Self.check(reference)
    let endpoint = try configuration.endpoint(of: reference.registry)
    switch right {
    case .pull:
      let errand = Courier.Errand(
        endpoint: endpoint, scope: endpoint.pullScope(reference.repository),
        subject: reference.name)
      let manifest = endpoint.address(reference.repository, "manifests/\(Self.unlikelyTag)")
      let response = try courier.deliver(HTTPRequest(.get, manifest), errand)
      let isAnswered =
        response.status == 404 && ServerMessage(response).code != Self.noRepository
      guard response.isSuccess || isAnswered else { throw courier.failure(response, errand) }
    case .push:
      try UploadRequests(
        courier: courier, endpoint: endpoint, repository: reference.repository,
        blob: SHA256.digest(of: "")
      ).rehearse()
    }
  }
}
