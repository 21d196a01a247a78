import OCI
import Synchronization

@testable import Registry

/// Answers requests by a function, and remembers them as `METHOD url`.
final class ScriptedTransport: HTTPTransport {
  typealias Answer = @Sendable (_ request: HTTPRequest, _ index: Int) throws -> HTTPResponse

  private let answer: Answer
  private let seen = Mutex<[HTTPRequest]>([])

  init(_ answer: @escaping Answer) { self.answer = answer }

  /// Answers in this order; one request more is a failure of the test.
  convenience init(_ answers: [HTTPResponse]) {
    self.init { request, index in
      guard index < answers.count else { fatalError("unexpected request \(request.summary)") }
      var response = answers[index]
      response.address = request.address
      return response
    }
  }

  var requests: [HTTPRequest] { seen.withLock { $0 } }
  var log: [String] { requests.map(\.summary) }

  func perform(
    _ request: HTTPRequest, into sink: (any ResponseSink)?, progress: ((Int64) -> Void)?
  ) throws -> HTTPResponse {
    let index = seen.withLock { seen in
      seen.append(request)
      return seen.count - 1
    }
    var response = try answer(request, index)
    if let sink, [200, 206].contains(response.status) {
      try sink.begin(response)
      try response.body.withUnsafeBytes { try sink.receive($0) }
      response.body = []
    }
    return response
  }
}

extension HTTPRequest {
  var summary: String { "\(method.rawValue) \(address)" }
  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  var bodyBytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(body.size ?? 0))
    let count = try? bytes.withUnsafeMutableBytes { try body.read(at: 0, into: $0) }
    return count == bytes.count ? bytes : []
  }
}

extension HTTPResponse {
  private static let nowhere = WebAddress(
    origin: WebAddress.Origin(scheme: .http, authority: "nowhere"), target: "/")

  /// The transport sets the address.
  init(_ status: Int, _ headers: [String: String] = [:], _ body: String = "") {
    self.init(
      status: status, headers: headers.map { Header(name: $0.key.lowercased(), value: $0.value) },
      body: Array(body.utf8), address: Self.nowhere)
  }

  func from(_ address: WebAddress) -> HTTPResponse {
    var copy = self
    copy.address = address
    return copy
  }
}

/// A clock that moves when somebody sleeps.
final class FakeClock: RetryClock {
  private let time = Mutex<(now: Duration, sleeps: [Duration])>((.seconds(1000), []))

  var sleeps: [Duration] { time.withLock { $0.sleeps } }
  func now() -> Duration { time.withLock { $0.now } }
  func unixSeconds() -> Int64 { 1_000_000_000 }
  func advance(_ duration: Duration) { time.withLock { $0.now += duration } }

  func sleep(for duration: Duration, unless isCancelled: () -> Bool) {
    time.withLock {
      $0.now += duration
      $0.sleeps.append(duration)
    }
  }
}

struct FixedCredentials: CredentialSource {
  var known: [String: Credentials] = [:]
  var failure: RegistryError?
  var place: String { "the test" }

  func credentials(for registry: String) throws -> Credentials? {
    if let failure { throw failure }
    return known[registry]
  }
}

/// A client over a scripted registry, and what it takes to look at it afterwards.
struct Bench {
  let transport: ScriptedTransport
  let clock = FakeClock()
  let client: RegistryClient

  init(
    _ transport: ScriptedTransport, credentials: any CredentialSource = FixedCredentials(),
    configuration: RegistryConfiguration = RegistryConfiguration(),
    environment: [String: String] = [:], chunk: Int64 = 64 << 20,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.transport = transport
    var policy = RetryPolicy()
    policy.jitter = { 0 }
    let courier = Courier(
      transport: transport, credentials: credentials, policy: policy, clock: clock,
      isCancelled: isCancelled)
    var limits = TransferLimits()
    limits.chunk = chunk
    client = RegistryClient(
      courier: courier, configuration: configuration, environment: environment, limits: limits)
  }
}

func reference(_ text: String) -> ImageReference {
  guard let reference = ImageReference(text) else { fatalError("no reference: \(text)") }
  return reference
}

func layer(_ digest: Digest, _ size: Int) -> Descriptor {
  Descriptor(mediaType: .layer, digest: digest, size: Int64(size))
}
