/// Delivers requests to a registry: paces, authenticates, follows redirects, tries again.
///
/// Knows nothing of manifests and blobs.
struct Courier: Sendable {
  let transport: any HTTPTransport
  let authenticator: Authenticator
  let policy: RetryPolicy
  let clock: any RetryClock
  let isCancelled: @Sendable () -> Bool
  private let pacing = HostPacing()

  private static let authorization = "Authorization"
  private static let maximumRedirects = 8
  /// A token may expire, and its renewal be used up by other threads, but not a third one, which
  /// is this request's alone; more is a refusal.
  private static let maximumRefusals = 4

  init(
    transport: any HTTPTransport, credentials: any CredentialSource, policy: RetryPolicy,
    clock: any RetryClock, isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.transport = transport
    authenticator = Authenticator(credentials: credentials, clock: clock)
    self.policy = policy
    self.clock = clock
    self.isCancelled = isCancelled
  }

  /// Where to, for what, and on whose behalf.
  struct Errand: Sendable {
    let endpoint: Endpoint
    let scope: AccessScope
    /// What it is about, for a person.
    let subject: String
  }

  /// Sends until there is a reply that is not transient.
  func deliver(_ request: HTTPRequest, _ errand: Errand) throws -> HTTPResponse {
    var retries = retries(errand)
    while true {
      do {
        return try send(request, errand)
      } catch let setback as Setback {
        try retries.wait(after: setback)
      }
    }
  }

  func retries(_ errand: Errand) -> RetryLoop {
    RetryLoop(policy: policy, clock: clock, isCancelled: isCancelled) { setback in
      switch setback {
      case .transport(let failure): RegistryError(failure)
      case .status(let response): self.failure(response, errand)
      }
    }
  }

  /// What a reply that is no success means.
  func failure(_ response: HTTPResponse, _ errand: Errand) -> RegistryError {
    authenticator.keyring.failure(response, endpoint: errand.endpoint, subject: errand.subject)
  }

  /// Sends once; a refusal for want of credentials is answered, a redirect followed.
  /// - Throws: ``Setback`` for what may pass.
  func send(
    _ request: HTTPRequest, _ errand: Errand, into sink: (any ResponseSink)? = nil,
    progress: ((Int64) -> Void)? = nil
  ) throws -> HTTPResponse {
    let endpoint = errand.endpoint
    var refusals = 0
    var wasAnonymous = false
    while true {
      let authorization = try authenticator.authorization(
        for: endpoint, scope: errand.scope, ownToken: refusals >= 2
      ) {
        try follow($0, errand, authorization: nil, into: nil, progress: nil)
      }
      if authorization == nil { wasAnonymous = true }
      let response = try follow(
        request, errand, authorization: authorization?.header, into: sink, progress: progress)
      guard response.address.origin == endpoint.origin, refusals < Self.maximumRefusals else {
        return response
      }
      refusals += 1
      switch answer(to: response, after: authorization, errand) {
      case .askAgain: continue
      case .askAnonymously where !wasAnonymous:
        return try follow(request, errand, authorization: nil, into: sink, progress: progress)
      case .askAnonymously, .giveUp: return response
      }
    }
  }

  private func answer(
    to response: HTTPResponse, after refused: Authenticator.Authorization?, _ errand: Errand
  ) -> Authenticator.Answer {
    switch response.status {
    case 401:
      authenticator.learn(
        from: response, refused: refused, endpoint: errand.endpoint, scope: errand.scope)
    case 403:
      authenticator.renews(after: refused, endpoint: errand.endpoint) ? .askAgain : .giveUp
    default: .giveUp
    }
  }

  /// - Parameter authorization: Goes to the endpoint's own origin only; what the request brings
  ///   along by itself, to the origin of its first address.
  private func follow(
    _ request: HTTPRequest, _ errand: Errand, authorization: String?,
    into sink: (any ResponseSink)?, progress: ((Int64) -> Void)?
  ) throws -> HTTPResponse {
    let home = authorization == nil ? request.address.origin : errand.endpoint.origin
    var request = request
    if let authorization { request.headers.append((Self.authorization, authorization)) }
    for _ in 0...Self.maximumRedirects {
      var outgoing = request
      if request.address.origin != home {
        outgoing.headers.removeAll { $0.name == Self.authorization }
      }
      let response = try exchange(outgoing, errand, into: sink, progress: progress)
      guard response.isRedirect, let next = try Self.redirected(request, by: response) else {
        return response
      }
      request = next
    }
    throw RegistryError.tooManyRedirects(host: errand.endpoint.origin.authority)
  }

  private func exchange(
    _ request: HTTPRequest, _ errand: Errand, into sink: (any ResponseSink)?,
    progress: ((Int64) -> Void)?
  ) throws -> HTTPResponse {
    let origin = request.address.origin
    guard errand.endpoint.allows(origin) else {
      throw RegistryError.insecureRedirect(
        host: errand.endpoint.origin.authority, target: origin.description)
    }
    guard let turn = pacing.turn(for: origin, now: clock.now()) else {
      return try perform(request, errand, into: sink, progress: progress)
    }
    return try turn.take { try perform(request, errand, into: sink, progress: progress) }
  }

  private func perform(
    _ request: HTTPRequest, _ errand: Errand, into sink: (any ResponseSink)?,
    progress: ((Int64) -> Void)?
  ) throws -> HTTPResponse {
    let origin = request.address.origin
    let wait = pacing.wait(for: origin, now: clock.now())
    if wait > .zero { clock.sleep(for: wait, unless: isCancelled) }
    if isCancelled() { throw RegistryError.cancelled }
    do {
      let response = try transport.perform(request, into: sink, progress: progress)
      guard response.isTransient else { return response }
      slowDown(after: response)
      throw Setback.status(response)
    } catch let failure as TransportFailure {
      if failure.kind == .replyTooLarge {
        throw RegistryError.tooLarge(subject: errand.subject, limit: Int64(request.replyLimit))
      }
      throw failure.attempts > 1 ? Setback.transport(failure) : RegistryError(failure)
    }
  }

  private func slowDown(after response: HTTPResponse) {
    let asked = RetryAfter.pause(in: response, now: clock.unixSeconds())
    guard asked != nil || response.status == 429 else { return }
    let pause = asked ?? .zero
    guard pause <= policy.longestWait else { return }
    pacing.slowDown(response.address.origin, pause: pause, now: clock.now())
  }

  /// - Returns: nil when the redirect cannot be followed with this method, or leads nowhere.
  private static func redirected(
    _ request: HTTPRequest, by response: HTTPResponse
  ) throws -> HTTPRequest? {
    guard let location = response.header("location") else { return nil }
    let isRead = request.method == .get || request.method == .head
    guard isRead || response.status == 307 || response.status == 308 else { return nil }
    guard let address = response.address.resolving(location) else {
      throw RegistryError.malformed(
        subject: "the redirect of \(response.address.origin.authority)",
        reason: "it leads to no address")
    }
    if request.isConfidential, address.origin != request.address.origin { return nil }
    var next = request
    next.address = address
    return next
  }
}

extension RegistryError {
  init(_ failure: TransportFailure) {
    let host = failure.origin.authority
    switch failure.kind {
    case .cancelled: self = .cancelled
    case .libraryMissing: self = .libcurlMissing(reason: failure.reason)
    case .unresolved: self = .transport(host: host, reason: failure.reason, kind: .unresolved)
    case .unreachable: self = .transport(host: host, reason: failure.reason, kind: .unreachable)
    case .untrusted: self = .transport(host: host, reason: failure.reason, kind: .untrusted)
    case .timeout: self = .transport(host: host, reason: failure.reason, kind: .timeout)
    case .broken, .handshake, .replyTooLarge, .other:
      self = .transport(host: host, reason: failure.reason, kind: .other)
    }
  }
}
