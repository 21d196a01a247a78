/// A place where credentials for registries are kept.
package protocol CredentialSource: Sendable {
  /// What a person calls the place: "~/.docker/config.json".
  var place: String { get }

  /// - Parameter registry: Host and optional port as in an image reference: `docker.io` for
  ///   Docker Hub.
  /// - Returns: nil when there are none for this registry.
  /// - Throws: ``RegistryError`` when the place cannot be read or relies on what is not there.
  func credentials(for registry: String) throws -> Credentials?
}

/// Several places, asked in order: the first that has credentials wins.
package struct CredentialChain: CredentialSource {
  private let sources: [any CredentialSource]

  package init(_ sources: [any CredentialSource]) { self.sources = sources }

  package var place: String { sources.map(\.place).joined(separator: ", ") }

  /// A place that fails does not hide a later one; its error is thrown when no other has any.
  package func credentials(for registry: String) throws -> Credentials? {
    var failure: (any Error)?
    for source in sources {
      do {
        if let found = try source.credentials(for: registry) { return found }
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return nil
  }
}
