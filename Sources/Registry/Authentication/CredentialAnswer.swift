import Diagnostics

/// What one place said when it was asked for credentials.
package struct CredentialAnswer: Sendable {
  package enum Outcome: Sendable, Hashable {
    case found(Credentials)
    case none
    case failed(RegistryError)
  }

  /// Who can renew what was found.
  let source: any CredentialSource
  package let place: String
  package let outcome: Outcome

  package init(
    of source: any CredentialSource, place: String, _ look: () throws -> Credentials?
  ) {
    self.source = source
    self.place = place
    do {
      outcome = try look().map { .found($0) } ?? .none
    } catch {
      outcome = .failed(Self.problem(error, at: place))
    }
  }

  package var credentials: Credentials? {
    if case .found(let credentials) = outcome { credentials } else { nil }
  }

  private static func problem(_ error: any Error, at place: String) -> RegistryError {
    switch error {
    case let error as RegistryError: error
    case let error as any ReportableError:
      .credentialSource(
        place: place, reason: error.diagnostic.message, help: error.diagnostic.help)
    default: .credentialSource(place: place, reason: "it cannot be asked", help: nil)
    }
  }
}

extension [CredentialAnswer] {
  /// The answer that counts: nobody is asked after it.
  package var found: CredentialAnswer? { last { $0.credentials != nil } }

  /// Why there are perhaps none.
  package var problem: RegistryError? {
    for answer in self {
      if case .failed(let problem) = answer.outcome { return problem }
    }
    return nil
  }
}
