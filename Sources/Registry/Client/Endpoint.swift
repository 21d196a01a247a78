/// A server that speaks for a registry: the registry itself, or a mirror of it.
struct Endpoint: Hashable, Sendable {
  let origin: WebAddress.Origin
  /// The name that credentials are kept under.
  let registry: String
  /// What a mirror puts before each repository's name; empty or ending in `/`.
  let prefix: String

  /// - Parameter path: Below the repository, verbatim: `manifests/latest`.
  func address(_ repository: String, _ path: String) -> WebAddress {
    WebAddress(origin: origin, target: "/v2/\(prefix)\(repository)/\(path)")
  }

  func pullScope(_ repository: String) -> AccessScope { .pull(prefix + repository) }

  func pushScope(_ repository: String) -> AccessScope { .push(prefix + repository) }

  /// Whether this server may send us there: never from TLS to plain HTTP.
  func allows(_ other: WebAddress.Origin) -> Bool {
    origin.scheme == .http || other.scheme == .https
  }
}
