import Synchronization

/// The credentials of this run: looked up once for each registry, and whether they were any good.
final class Keyring: Sendable {
  private struct Entry {
    var credentials: Credentials?
    var problem: RegistryError?
    var wasRefused = false
  }

  private let source: any CredentialSource
  private let entries = Mutex<[String: Entry]>([:])

  init(_ source: any CredentialSource) { self.source = source }

  /// - Returns: nil also when the source failed: a public image needs none. The failure is told by
  ///   ``failure(_:endpoint:subject:)`` when they were needed after all.
  func credentials(for registry: String) -> Credentials? {
    entries.withLock { entries in
      if let known = entries[registry] { return known.credentials }
      var entry = Entry()
      do {
        entry.credentials = try source.credentials(for: registry)
      } catch {
        entry.problem =
          error as? RegistryError
          ?? .credentialFile(path: source.place, reason: "cannot be read")
      }
      entries[registry] = entry
      return entry.credentials
    }
  }

  func markRefused(_ registry: String) {
    entries.withLock { $0[registry, default: Entry()].wasRefused = true }
  }

  /// What a reply that is no success means to a person.
  /// - Parameter subject: The repository or reference that was asked for.
  func failure(_ response: HTTPResponse, endpoint: Endpoint, subject: String) -> RegistryError {
    let host = endpoint.origin.authority
    let told = ServerMessage(response)
    let entry = entries.withLock { $0[endpoint.registry] }
    let lookup = CredentialLookup(
      registry: endpoint.registry, place: source.place,
      outcome: entry?.wasRefused == true
        ? .refused : entry?.credentials == nil ? .missing : .accepted)
    switch response.status {
    case 401:
      return entry?.problem
        ?? .unauthorized(host: host, subject: subject, credentials: lookup, told: told)
    case 403:
      return entry?.problem
        ?? .denied(host: host, subject: subject, credentials: lookup, told: told)
    case 404: return .notFound(host: host, subject: subject, told: told)
    default: return .http(host: host, subject: subject, status: response.status, told: told)
    }
  }
}

/// Where credentials were looked for, and what came of them.
package struct CredentialLookup: Sendable, Hashable {
  package enum Outcome: Sendable, Hashable {
    case missing
    case refused
    /// They are valid, but do not allow this.
    case accepted
  }

  package let registry: String
  package let place: String
  package let outcome: Outcome

  package init(registry: String, place: String, outcome: Outcome) {
    self.registry = registry
    self.place = place
    self.outcome = outcome
  }
}
