import Diagnostics
import OCI
import Testing

@testable import Registry

/// Authentication, redirects and retries, seen from `head`.
@Suite struct CourierTests {
  private let digest = SHA256.digest(of: "x")
  private let image = reference("reg.example/team/app:v1")
  private let login = FixedCredentials(
    known: ["reg.example": .password(user: "user", password: "secret")])

  private var found: HTTPResponse {
    HTTPResponse(200, ["Docker-Content-Digest": digest.description, "Content-Length": "3"])
  }
  private func bearer(_ more: String = "") -> HTTPResponse {
    HTTPResponse(
      401, ["WWW-Authenticate": #"Bearer realm="https://auth.example/t",service="s"\#(more)"#])
  }
  private func token(_ text: String, seconds: Int = 300) -> HTTPResponse {
    HTTPResponse(200, [:], #"{"token":"\#(text)","expires_in":\#(seconds)}"#)
  }

  // MARK: Authentication

  @Test func anonymousTokenIsFetchedOnceAndKept() throws {
    let bench = Bench(ScriptedTransport([bearer(), token("T"), found, found]))
    #expect(try bench.client.head(image)?.digest == digest)
    #expect(try bench.client.head(image)?.size == 3)
    let scope = "scope=repository%3Ateam%2Fapp%3Apull"
    #expect(bench.transport.log[1] == "GET https://auth.example/t?service=s&\(scope)")
    let sent = bench.transport.requests.map { $0.header("Authorization") }
    #expect(sent == [nil, nil, "Bearer T", "Bearer T"])
  }

  @Test func tokenIsRenewedBeforeItExpires() throws {
    let bench = Bench(
      ScriptedTransport([bearer(), token("A", seconds: 100), found, token("B"), found]))
    _ = try bench.client.head(image)
    bench.clock.advance(.seconds(95))
    _ = try bench.client.head(image)
    #expect(bench.transport.requests.last?.header("Authorization") == "Bearer B")
  }

  @Test func refusedTokenIsRenewed() throws {
    let bench = Bench(
      ScriptedTransport([
        bearer(), token("A"), found, bearer(#",error="invalid_token""#), token("B"), found,
      ]))
    _ = try bench.client.head(image)
    #expect(try bench.client.head(image)?.digest == digest)
  }

  @Test func widerScopeOfTheChallengeIsAskedFor() throws {
    let bench = Bench(
      ScriptedTransport([
        bearer(#",scope="repository:team/app:pull registry:x:y""#), token("A"), found,
      ]))
    _ = try bench.client.head(image)
    let asked = "scope=registry%3Ax%3Ay&scope=repository%3Ateam%2Fapp%3Apull"
    #expect(bench.transport.log[1].hasSuffix(asked))
  }

  @Test func credentialsGoToTheTokenServiceOnly() throws {
    let bench = Bench(ScriptedTransport([bearer(), token("T"), found]), credentials: login)
    _ = try bench.client.head(image)
    let sent = bench.transport.requests.map { $0.header("Authorization") }
    #expect(sent == [nil, "Basic dXNlcjpzZWNyZXQ=", "Bearer T"])
  }

  @Test func identityTokenIsExchangedByPost() throws {
    let credentials = FixedCredentials(known: ["reg.example": .identityToken("id&")])
    let bench = Bench(ScriptedTransport([bearer(), token("T"), found]), credentials: credentials)
    _ = try bench.client.head(image)
    let exchange = bench.transport.requests[1]
    #expect(exchange.summary == "POST https://auth.example/t")
    #expect(
      String(decoding: exchange.bodyBytes, as: UTF8.self)
        == "grant_type=refresh_token&client_id=runctl&service=s"
        + "&scope=repository%3Ateam%2Fapp%3Apull&refresh_token=id%26")
  }

  @Test func basicIsSentWhenAskedFor() throws {
    let challenge = HTTPResponse(401, ["WWW-Authenticate": #"Basic realm="r""#])
    let bench = Bench(ScriptedTransport([challenge, found, found]), credentials: login)
    _ = try bench.client.head(image)
    _ = try bench.client.head(image)
    let sent = bench.transport.requests.map { $0.header("Authorization") }
    #expect(sent == [nil, "Basic dXNlcjpzZWNyZXQ=", "Basic dXNlcjpzZWNyZXQ="])
  }

  @Test func refusedCredentialsFallBackToAnonymous() throws {
    let bench = Bench(
      ScriptedTransport([bearer(), HTTPResponse(401), token("T"), found]), credentials: login)
    #expect(try bench.client.head(image)?.digest == digest)
    #expect(bench.transport.requests[2].header("Authorization") == nil)
  }

  @Test func unreadableCredentialsMatterOnlyWhenTheyAreNeeded() throws {
    let problem = RegistryError.credentialHelper(helper: "h", reason: "r")
    let credentials = FixedCredentials(failure: problem)
    let open = Bench(ScriptedTransport([bearer(), token("T"), found]), credentials: credentials)
    #expect(try open.client.head(image)?.digest == digest)
    let closed = Bench(ScriptedTransport([bearer(), HTTPResponse(401)]), credentials: credentials)
    #expect(throws: problem) { try closed.client.head(image) }
  }

  @Test func refusalSaysWhereCredentialsWereLookedFor() throws {
    let challenge = HTTPResponse(401, ["WWW-Authenticate": "Basic realm=r"])
    let without = Bench(ScriptedTransport([challenge]))
    let missing = #expect(throws: RegistryError.self) { try without.client.head(image) }
    #expect(missing?.isCredentialProblem == true)
    let message = missing?.diagnostic.message ?? ""
    #expect(message.contains("reg.example") && message.contains("team/app"))
    #expect(message.contains("there are none for 'reg.example' in the test"))
    #expect(missing?.diagnostic.help == "run runctl login reg.example, and check the name")

    let with = Bench(ScriptedTransport([challenge, challenge]), credentials: login)
    let refused = #expect(throws: RegistryError.self) { try with.client.head(image) }
    #expect(refused?.diagnostic.message.contains("are refused") == true)
    #expect("\(String(describing: refused))".contains("secret") == false)
  }

  @Test func insufficientScopeEndsTheRenewals() {
    let insufficient = bearer(#",scope="repository:team/app:pull",error="insufficient_scope""#)
    let bench = Bench(ScriptedTransport([bearer(), token("A"), insufficient]))
    let error = #expect(throws: RegistryError.self) { try bench.client.head(image) }
    #expect(error?.isCredentialProblem == true)
  }

  @Test func endlessRefusalsEnd() {
    let transport = ScriptedTransport { request, _ in
      (request.address.origin.authority == "auth.example" ? self.token("T") : self.bearer())
        .from(request.address)
    }
    #expect(throws: RegistryError.self) { try Bench(transport).client.head(image) }
    #expect(transport.requests.count <= 12)
  }

  @Test func tokenServiceWithoutTLSGetsNothing() {
    let challenge = HTTPResponse(
      401, ["WWW-Authenticate": #"Bearer realm="http://auth.example/t""#])
    let bench = Bench(ScriptedTransport([challenge]), credentials: login)
    #expect(
      throws: RegistryError.insecureRedirect(host: "reg.example", target: "http://auth.example")
    ) { try bench.client.head(image) }
  }

  // MARK: Redirects

  @Test func authorizationStaysWithItsHost() throws {
    let away = HTTPResponse(307, ["Location": "https://cdn.example/x?sig=a%2Fb"])
    let back = HTTPResponse(302, ["Location": "https://reg.example/elsewhere"])
    let bench = Bench(ScriptedTransport([bearer(), token("T"), away, back, found]))
    _ = try bench.client.head(image)
    #expect(bench.transport.log[3] == "HEAD https://cdn.example/x?sig=a%2Fb")
    let sent = bench.transport.requests.map { $0.header("Authorization") }
    #expect(sent == [nil, nil, "Bearer T", nil, "Bearer T"])
  }

  @Test func challengesOfOtherHostsAreNotAnswered() {
    let away = HTTPResponse(307, ["Location": "https://cdn.example/x"])
    let basic = HTTPResponse(401, ["WWW-Authenticate": "Basic realm=r"])
    let bench = Bench(ScriptedTransport([away, basic]), credentials: login)
    #expect(throws: RegistryError.self) { try bench.client.head(image) }
  }

  @Test func redirectsEnd() {
    let transport = ScriptedTransport { request, index in
      HTTPResponse(302, ["Location": "/\(index)"]).from(request.address)
    }
    #expect(throws: RegistryError.tooManyRedirects(host: "reg.example")) {
      try Bench(transport).client.head(image)
    }
  }

  @Test(arguments: ["http://reg.example/x", "http://127.0.0.1/x"])
  func encryptionIsNotGivenUp(location: String) {
    let bench = Bench(ScriptedTransport([HTTPResponse(301, ["Location": location])]))
    #expect(throws: RegistryError.self) { try bench.client.head(image) }
  }

  @Test func secretBodiesAreNotRedirectedAway() {
    let credentials = FixedCredentials(known: ["reg.example": .identityToken("id")])
    let away = HTTPResponse(307, ["Location": "https://evil.example/"])
    let bench = Bench(ScriptedTransport([bearer(), away]), credentials: credentials)
    #expect(throws: RegistryError.self) { try bench.client.head(image) }
    #expect(bench.transport.requests.count == 2)
  }

  // MARK: Retries

  @Test(arguments: [408, 429, 500, 502, 503, 504])
  func transientStatusIsTriedAgain(status: Int) throws {
    let bench = Bench(ScriptedTransport([HTTPResponse(status), HTTPResponse(status), found]))
    #expect(try bench.client.head(image)?.digest == digest)
    #expect(bench.clock.sleeps == [.milliseconds(125), .milliseconds(250)])
  }

  @Test func patienceEnds() {
    let transport = ScriptedTransport { request, _ in HTTPResponse(503).from(request.address) }
    let error = #expect(throws: RegistryError.self) { try Bench(transport).client.head(image) }
    #expect(transport.requests.count == RetryPolicy().attempts)
    guard case .http("reg.example", _, 503, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func retryAfterIsHonoured() throws {
    let limited = HTTPResponse(429, ["Retry-After": "7"])
    let bench = Bench(ScriptedTransport([limited, found]))
    _ = try bench.client.head(image)
    #expect(bench.clock.sleeps == [.seconds(7)])
  }

  @Test func whatOneIsToldHoldsForAll() {
    let pacing = HostPacing()
    let origin = WebAddress.Origin(scheme: .https, authority: "reg.example")
    #expect(pacing.turn(for: origin, now: .zero) == nil)
    pacing.slowDown(origin, pause: .seconds(5), now: .seconds(1))
    #expect(pacing.wait(for: origin, now: .seconds(2)) == .seconds(4))
    #expect(pacing.wait(for: origin, now: .seconds(9)) == .zero)
    #expect(pacing.turn(for: origin, now: .seconds(9)) != nil)
    #expect(pacing.turn(for: origin, now: .seconds(60)) == nil)
  }

  @Test func tooLongAPauseIsSaid() {
    let bench = Bench(ScriptedTransport([HTTPResponse(429, ["Retry-After": "3600"])]))
    #expect(throws: RegistryError.retryLater(host: "reg.example", seconds: 3600)) {
      try bench.client.head(image)
    }
    #expect(bench.clock.sleeps.isEmpty)
  }

  @Test(arguments: [
    (TransportFailure.Kind.broken, 5), (.timeout, 5), (.unreachable, 3), (.unresolved, 3),
    (.untrusted, 1), (.libraryMissing, 1),
  ])
  func brokenConnections(kind: TransportFailure.Kind, tries: Int) {
    let transport = ScriptedTransport { request, _ in
      throw TransportFailure(kind: kind, origin: request.address.origin, reason: "it broke")
    }
    #expect(throws: RegistryError.self) { try Bench(transport).client.head(image) }
    #expect(transport.requests.count == tries)
  }

  @Test func cancelledIsNotTried() {
    let bench = Bench(ScriptedTransport([]), isCancelled: { true })
    #expect(throws: RegistryError.cancelled) { try bench.client.head(image) }
  }
}
