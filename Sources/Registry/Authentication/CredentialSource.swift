/// A place where credentials for registries are kept.
package protocol CredentialSource: Sendable {
  /// What a person calls the place: "~/.docker/config.json".
  var place: String { get }

  /// - Parameter registry: Host and optional port as in an image reference: `docker.io` for
  ///   Docker Hub.
  /// - Returns: nil when there are none for this registry.
  /// - Throws: ``RegistryError`` or another ``ReportableError``, when the place cannot be asked.
  func credentials(for registry: String) throws -> Credentials?

  /// Every place that was asked, in order, up to the first that has some.
  func inquire(for registry: String) -> [CredentialAnswer]

  /// Others in place of those that a registry does not take any more. Asked once a registry.
  /// - Parameter refused: What this source has given out.
  /// - Returns: nil when it would only give out the same again.
  func renewed(for registry: String, refused: Credentials) throws -> Credentials?

  /// What a person can do when a registry refuses what is kept here.
  func remedy(for registry: String) -> String
}

extension CredentialSource {
  package func inquire(for registry: String) -> [CredentialAnswer] {
    [
      CredentialAnswer(of: self, place: place) { () throws in
        try credentials(for: registry)
      }
    ]
  }

  package func renewed(for registry: String, refused: Credentials) throws -> Credentials? { nil }

  package func remedy(for registry: String) -> String {
    "run runctl login \(registry), and check the name"
  }
}

/// Several places, asked in order: the first that has credentials wins.
package struct CredentialChain: CredentialSource {
  private let sources: [any CredentialSource]

  package init(_ sources: [any CredentialSource]) { self.sources = sources }

  package var place: String { sources.map(\.place).joined(separator: ", ") }

  /// A place that fails does not hide a later one; its error is thrown when no other has any.
  package func credentials(for registry: String) throws -> Credentials? {
    let answers = inquire(for: registry)
    if let found = answers.found { return found.credentials }
    if let problem = answers.problem { throw problem }
    return nil
  }

  package func inquire(for registry: String) -> [CredentialAnswer] {
    var answers: [CredentialAnswer] = []
    for source in sources {
      answers += source.inquire(for: registry)
      if answers.found != nil { break }
    }
    return answers
  }
}
