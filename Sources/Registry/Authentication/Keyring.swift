import Diagnostics
import Synchronization

/// The credentials of this run: looked up once for each registry, and whether they were any good.
final class Keyring: Sendable {
  /// Locked while places are asked, which may take a program some seconds.
  private final class Entry: Sendable {
    let state = Mutex(State())
  }

  private struct State {
    /// nil before anybody was asked.
    var answers: [CredentialAnswer]?
    var credentials: Credentials?
    var refusal: ServerMessage?
    var isRenewed = false
    /// Why there are no others.
    var renewalProblem: RegistryError?
  }

  private let source: any CredentialSource
  private let entries = Mutex<[String: Entry]>([:])

  init(_ source: any CredentialSource) { self.source = source }

  /// - Returns: nil also for those that were refused, which are not sent again, and when the source
  ///   failed: a public image needs none. The failure is told by
  ///   ``failure(_:endpoint:subject:)`` when they were needed after all.
  func credentials(for registry: String) -> Credentials? {
    entry(registry).state.withLock { state in
      ask(registry, &state)
      return state.credentials
    }
  }

  /// What each place said that was asked.
  func answers(for registry: String) -> [CredentialAnswer] {
    entry(registry).state.withLock { state in
      ask(registry, &state)
      return state.answers ?? []
    }
  }

  /// Others in place of credentials that were refused.
  /// - Returns: nil when there are none: each registry's are renewed once at most.
  func renewal(for registry: String, refused: Credentials) -> Credentials? {
    entry(registry).state.withLock { state in
      // Another thread was faster.
      if let current = state.credentials, current != refused { return current }
      guard !state.isRenewed, let answer = state.answers?.found else { return nil }
      state.isRenewed = true
      let renewal = CredentialAnswer(of: answer.source, place: answer.place) { () throws in
        try answer.source.renewed(for: registry, refused: refused)
      }
      state.renewalProblem = [renewal].problem
      guard let new = renewal.credentials, new != refused else { return nil }
      state.credentials = new
      state.refusal = nil
      return new
    }
  }

  /// - Parameter refused: Those that are not good for anything; nil when others may still be.
  func markRefused(_ registry: String, _ refused: Credentials?, told: ServerMessage) {
    entry(registry).state.withLock { state in
      state.refusal = told
      if state.credentials == refused { state.credentials = nil }
    }
  }

  private func entry(_ registry: String) -> Entry {
    entries.withLock { entries in
      if let known = entries[registry] { return known }
      let entry = Entry()
      entries[registry] = entry
      return entry
    }
  }

  private func ask(_ registry: String, _ state: inout State) {
    guard state.answers == nil else { return }
    let answers = source.inquire(for: registry)
    state.answers = answers
    state.credentials = answers.found?.credentials
  }

  // MARK: Telling

  /// What came of the credentials for a registry so far; nobody is asked for it.
  func lookup(_ registry: String) -> CredentialLookup {
    var state = entry(registry).state.withLock { $0 }
    let answers = state.answers ?? []
    if let problem = state.renewalProblem, state.refusal != nil {
      let reason = "new ones cannot be had: \(problem.diagnostic.message)"
      state.refusal = ServerMessage(message: reason)
    }
    guard let found = answers.found else {
      return CredentialLookup(
        registry: registry,
        place: answers.isEmpty ? source.place : answers.map(\.place).joined(separator: ", "),
        outcome: .missing, remedy: source.remedy(for: registry))
    }
    return CredentialLookup(
      registry: registry, place: found.place,
      outcome: state.refusal.map { .refused($0) } ?? .accepted,
      remedy: found.source.remedy(for: registry))
  }

  /// What a reply that is no success means to a person.
  /// - Parameter subject: The repository or reference that was asked for.
  func failure(_ response: HTTPResponse, endpoint: Endpoint, subject: String) -> RegistryError {
    let host = endpoint.origin.authority
    let lookup = lookup(endpoint.registry)
    // What was said of the credentials is not said twice.
    let said = ServerMessage(response)
    let told = lookup.outcome == .refused(said) ? ServerMessage() : said
    // A place that could not be asked is the likeliest reason for having none.
    let problem = entry(endpoint.registry).state.withLock {
      $0.credentials == nil && $0.refusal == nil ? $0.answers?.problem : nil
    }
    switch response.status {
    case 401:
      return problem
        ?? .unauthorized(host: host, subject: subject, credentials: lookup, told: told)
    case 403:
      return problem ?? .denied(host: host, subject: subject, credentials: lookup, told: told)
    case 404: return .notFound(host: host, subject: subject, told: told)
    default: return .http(host: host, subject: subject, status: response.status, told: told)
    }
  }
}
