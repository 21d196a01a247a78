import Synchronization

/// Knows how each registry wants to be authenticated to, and keeps the tokens.
///
/// Nothing is sent before a registry asks for it. Credentials go to the registry that they are for
/// and to the token service that it names, nowhere else.
final class Authenticator: Sendable {
  /// What goes with a request.
  struct Authorization: Sendable, Hashable {
    let header: String
    fileprivate let scheme: Scheme
    fileprivate let scope: AccessScope
    /// Those in the header itself.
    fileprivate var credentials: Credentials?
  }

  /// How it goes on after a refusal.
  enum Answer: Sendable, Hashable {
    case giveUp
    case askAgain
    /// Once more, without credentials: public things are there for everybody.
    case askAnonymously
  }

  fileprivate enum Scheme: Sendable, Hashable {
    case basic
    case bearer(TokenService)
  }

  private struct Grant: Hashable {
    let endpoint: Endpoint
    let service: TokenService
    let scope: AccessScope
  }

  /// Locked while a token is fetched, so that threads which need the same token wait for one.
  private final class TokenSlot: Sendable {
    let token = Mutex<(text: String, expires: Duration)?>(nil)
  }

  private struct State {
    var schemes: [WebAddress.Origin: Scheme] = [:]
    /// Where a registry's challenge asked for more than the request seemed to need.
    var widened: [AccessScope: AccessScope] = [:]
    var slots: [Grant: TokenSlot] = [:]
  }

  let keyring: Keyring
  private let clock: any RetryClock
  private let state = Mutex(State())

  init(credentials: any CredentialSource, clock: any RetryClock) {
    keyring = Keyring(credentials)
    self.clock = clock
  }

  /// What to send along, as far as it is known what the registry wants.
  /// - Parameters:
  ///   - ownToken: Whether a token is fetched that no other thread uses.
  ///   - send: Performs a request to the token service.
  func authorization(
    for endpoint: Endpoint, scope wanted: AccessScope, ownToken: Bool,
    send: (HTTPRequest) throws -> HTTPResponse
  ) throws -> Authorization? {
    let (scheme, scope) = state.withLock {
      ($0.schemes[endpoint.origin], $0.widened[wanted] ?? wanted)
    }
    switch scheme {
    case nil: return nil
    case .basic:
      let credentials = keyring.credentials(for: endpoint.registry)
      guard case .password(let user, let password)? = credentials else { return nil }
      return Authorization(
        header: BasicAuthorization.header(user, password), scheme: .basic, scope: scope,
        credentials: credentials)
    case .bearer(let service):
      let grant = Grant(endpoint: endpoint, service: service, scope: scope)
      let token = try ownToken ? fetch(grant, send: send).text : token(grant, send: send)
      return Authorization(
        header: "Bearer " + token, scheme: .bearer(service), scope: scope)
    }
  }

  /// Learns from a 401.
  /// - Parameter refused: What was sent along.
  func learn(
    from response: HTTPResponse, refused: Authorization?, endpoint: Endpoint, scope: AccessScope
  ) -> Answer {
    let challenges = response.headers("www-authenticate").flatMap(Challenge.parse)
    for challenge in challenges {
      if let service = TokenService(challenge) {
        return learn(service, challenge, refused: refused, endpoint: endpoint, scope: scope)
          ? .askAgain : .giveUp
      }
    }
    guard challenges.contains(where: { $0.scheme == "basic" }) else { return .giveUp }
    if let credentials = refused?.credentials {
      return answer(toRefused: credentials, response, endpoint)
    }
    state.withLock { $0.schemes[endpoint.origin] = .basic }
    switch keyring.credentials(for: endpoint.registry) {
    case nil: return .giveUp
    case .identityToken(let token):
      keyring.markRefused(
        endpoint.registry, .identityToken(token),
        told: ServerMessage(message: "it wants a password, and this is an identity token"))
      return .giveUp
    case .password: return .askAgain
    }
  }

  private func answer(
    toRefused credentials: Credentials, _ response: HTTPResponse, _ endpoint: Endpoint
  ) -> Answer {
    let registry = endpoint.registry
    if keyring.renewal(for: registry, refused: credentials) != nil { return .askAgain }
    keyring.markRefused(registry, credentials, told: ServerMessage(response))
    return .askAnonymously
  }

  /// Whether a 403 may come of credentials that are too old: some registries say it like that.
  func renews(after refused: Authorization?, endpoint: Endpoint) -> Bool {
    guard let credentials = refused?.credentials else { return false }
    return keyring.renewal(for: endpoint.registry, refused: credentials) != nil
  }

  /// How a registry is authenticated to; nil while it has not asked for anything.
  func method(of endpoint: Endpoint) -> RegistryAccess.Method? {
    switch state.withLock({ $0.schemes[endpoint.origin] }) {
    case nil: nil
    case .basic: .basic
    case .bearer(let service): .bearer(service: service.realm.origin.authority)
    }
  }

  private func learn(
    _ service: TokenService, _ challenge: Challenge, refused: Authorization?, endpoint: Endpoint,
    scope: AccessScope
  ) -> Bool {
    let asked = AccessScope(parsing: challenge.parameters["scope"] ?? "")
    let isNew = state.withLock { state in
      let known = state.widened[scope] ?? scope
      let widened = known.union(asked)
      state.schemes[endpoint.origin] = .bearer(service)
      state.widened[scope] = widened
      return refused?.scope != widened
    }
    guard let refused else { return true }
    forget(refused, at: endpoint)
    // A fresh token would be of the same kind.
    return isNew || challenge.parameters["error"] != "insufficient_scope"
  }

  // MARK: Tokens

  private func slot(_ grant: Grant) -> TokenSlot {
    state.withLock { state in
      if let slot = state.slots[grant] { return slot }
      let slot = TokenSlot()
      state.slots[grant] = slot
      return slot
    }
  }

  /// Drops the token that was refused, unless another thread has renewed it already.
  private func forget(_ refused: Authorization, at endpoint: Endpoint) {
    guard case .bearer(let service) = refused.scheme else { return }
    let grant = Grant(endpoint: endpoint, service: service, scope: refused.scope)
    slot(grant).token.withLock { if $0.map({ "Bearer " + $0.text }) == refused.header { $0 = nil } }
  }

  private func token(_ grant: Grant, send: (HTTPRequest) throws -> HTTPResponse) throws -> String {
    try slot(grant).token.withLock { cached in
      if let cached, clock.now() < cached.expires { return cached.text }
      let fetched = try fetch(grant, send: send)
      // Renewed a little early: it must still be good when it arrives.
      cached = (fetched.text, clock.now() + fetched.lifetime * 0.9)
      return fetched.text
    }
  }

  private func fetch(
    _ grant: Grant, send: (HTTPRequest) throws -> HTTPResponse
  ) throws -> TokenService.Token {
    let service = grant.service
    let registry = grant.endpoint.registry
    guard grant.endpoint.allows(service.realm.origin) else {
      throw RegistryError.insecureRedirect(
        host: grant.endpoint.origin.authority, target: service.realm.origin.description)
    }
    var known = keyring.credentials(for: registry)
    while let credentials = known {
      let response = try send(service.request(for: grant.scope, as: credentials))
      guard [400, 401, 403].contains(response.status) else {
        return try token(in: response, grant)
      }
      known = keyring.renewal(for: registry, refused: credentials)
      if known == nil {
        // Other answers may be about what was asked for, and not about who asks.
        keyring.markRefused(
          registry, response.status == 401 ? credentials : nil, told: ServerMessage(response))
      }
    }
    // Public images are there for everybody, whatever is wrong with the stored credentials.
    let response = try send(service.request(for: grant.scope, as: nil))
    return try token(in: response, grant)
  }

  private func token(in response: HTTPResponse, _ grant: Grant) throws -> TokenService.Token {
    guard response.isSuccess else {
      throw keyring.failure(response, endpoint: grant.endpoint, subject: grant.scope.subject)
    }
    guard let token = TokenService.token(in: response.body) else {
      throw RegistryError.malformed(
        subject: "the token from \(response.address.origin.authority)",
        reason: "the reply has no usable token")
    }
    return token
  }
}
