import Diagnostics
import Synchronization
import Testing

@testable import Registry

/// Credentials that a registry does not take any more, from a source that can give new ones.
@Suite struct RenewalTests {
  private let image = reference("reg.example/team/app:v1")
  private var found: HTTPResponse {
    HTTPResponse(
      200,
      [
        "Docker-Content-Digest": "sha256:" + String(repeating: "0", count: 64),
        "Content-Length": "3",
      ])
  }
  private let basic = HTTPResponse(401, ["WWW-Authenticate": "Basic realm=r"])

  /// Hands out `password 0`, and the next one whenever it is asked for a new one.
  private final class Renewing: CredentialSource {
    let place = "the cloud"
    let renewals = Mutex(0)

    func credentials(for registry: String) -> Credentials? { password(0) }

    func renewed(for registry: String, refused: Credentials) -> Credentials? {
      renewals.withLock {
        $0 += 1
        return password($0)
      }
    }

    private func password(_ number: Int) -> Credentials {
      .password(user: "u", password: "\(number)")
    }
  }

  private func sent(_ bench: Bench) -> [String?] {
    bench.transport.requests.map { $0.header("Authorization") }
  }

  private let first = BasicAuthorization.header("u", "0")
  private let second = BasicAuthorization.header("u", "1")

  @Test(arguments: [401, 403])
  func refusedInTheMiddle(status: Int) throws {
    let refusal = status == 401 ? basic : HTTPResponse(403)
    let bench = Bench(
      ScriptedTransport([basic, found, refusal, found, found]), credentials: Renewing())
    for _ in 0..<3 { _ = try bench.client.head(image) }
    #expect(sent(bench) == [nil, first, first, second, second])
  }

  @Test func onceOnly() throws {
    let source = Renewing()
    let bench = Bench(
      ScriptedTransport([basic, basic, basic, basic]), credentials: source)
    for _ in 0..<2 {
      let error = #expect(throws: RegistryError.self) { try bench.client.head(image) }
      #expect(error?.diagnostic.message.contains("those from the cloud are refused") == true)
    }
    #expect(source.renewals.withLock { $0 } == 1)
    // What was refused is not sent a second time.
    #expect(sent(bench) == [nil, first, second, nil])
  }

  @Test func aDenialIsOneStill() throws {
    let bench = Bench(
      ScriptedTransport([basic, HTTPResponse(403), HTTPResponse(403)]), credentials: Renewing())
    let error = #expect(throws: RegistryError.self) { try bench.client.head(image) }
    #expect(error?.diagnostic.id == "registry-denied")
  }

  @Test func theTokenServiceRefuses() throws {
    let bearer = HTTPResponse(
      401, ["WWW-Authenticate": #"Bearer realm="https://auth.example/t",service="s""#])
    let token = HTTPResponse(200, [:], #"{"token":"T"}"#)
    let bench = Bench(
      ScriptedTransport([bearer, HTTPResponse(401), token, found]), credentials: Renewing())
    _ = try bench.client.head(image)
    #expect(sent(bench) == [nil, first, second, "Bearer T"])
  }

  @Test func theOneWhoGaveThemRenewsThem() throws {
    let chain = CredentialChain([
      FixedCredentials(known: ["reg.example": .password(user: "u", password: "0")]), Renewing(),
    ])
    let bench = Bench(ScriptedTransport([basic, basic]), credentials: chain)
    #expect(throws: RegistryError.self) { try bench.client.head(image) }
    #expect(sent(bench) == [nil, first])
  }

  @Test func whatIsPublicNeedsNoGoodPassword() throws {
    let source = FixedCredentials(known: ["reg.example": .password(user: "u", password: "0")])
    // A private image, and then a public one of the same registry.
    let bench = Bench(ScriptedTransport([basic, basic, found]), credentials: source)
    #expect(throws: RegistryError.self) { try bench.client.head(image) }
    _ = try bench.client.head(reference("reg.example/open:1"))
    #expect(sent(bench) == [nil, first, nil])
  }

  @Test func whyThereAreNoOthersIsTold() throws {
    struct SignedOut: CredentialSource {
      let place = "the cloud"
      func credentials(for registry: String) -> Credentials? { .password(user: "u", password: "0") }
      func renewed(for registry: String, refused: Credentials) throws -> Credentials? {
        throw RegistryError.credentialFile(path: "sso", reason: "is too old")
      }
    }
    let bench = Bench(ScriptedTransport([basic, basic]), credentials: SignedOut())
    let error = #expect(throws: RegistryError.self) { try bench.client.head(image) }
    #expect(error?.diagnostic.message.contains("new ones cannot be had: 'sso' is too old") == true)
  }

  @Test func otherErrorsOfAPlaceAreTold() throws {
    struct Lost: CredentialSource {
      let place = "the cloud"
      func credentials(for registry: String) throws -> Credentials? {
        throw TransportFailure(
          kind: .other, origin: .init(scheme: .http, authority: "x"), reason: "secret")
      }
    }
    let bench = Bench(ScriptedTransport([basic]), credentials: Lost())
    #expect(
      throws: RegistryError.credentialSource(
        place: "the cloud", reason: "it cannot be asked", help: nil)
    ) { try bench.client.head(image) }
  }
}
