import OCI
import Synchronization
import Testing

@testable import Registry

@Suite(.enabled(if: CurlTransport.isAvailable, "libcurl.so.4 is not installed"))
struct CurlTransportTests {
  private let content = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
  private var blob: Descriptor { layer(SHA256.digest(of: content), content.count) }

  private func client(
    environment: [String: String] = [:], isCancelled: @escaping @Sendable () -> Bool = { false }
  ) -> RegistryClient {
    var policy = RetryPolicy()
    policy.jitter = { 0 }
    var limits = TransferLimits()
    limits.manifest = 4096
    return RegistryClient(
      courier: Courier(
        transport: CurlTransport(environment: environment, isCancelled: isCancelled),
        credentials: FixedCredentials(), policy: policy, clock: FakeClock(),
        isCancelled: isCancelled),
      configuration: RegistryConfiguration(), environment: environment,
      limits: limits)
  }

  private static func answer(
    _ status: String, _ headers: [String], _ body: some Sequence<UInt8> = []
  )
    -> [UInt8]
  {
    Array(("HTTP/1.1 \(status)\r\n" + headers.map { $0 + "\r\n" }.joined() + "\r\n").utf8)
      + Array(body)
  }

  @Test func brokenDownloadGoesOn() throws {
    let content = content
    let server = try LoopbackServer { head, index in
      guard index > 0 else {
        let half = content.prefix(30_000)
        return Self.answer(
          "200 OK", ["Content-Length: \(content.count)", "Connection: close"], half)
      }
      let line = head.split(separator: "\r\n").first { $0.hasPrefix("Range: bytes=") }
      let from = line.flatMap { Int($0.dropFirst("Range: bytes=".count).dropLast()) } ?? 0
      let range = "Content-Range: bytes \(from)-\(content.count - 1)/\(content.count)"
      return Self.answer(
        "206 Partial", [range, "Content-Length: \(content.count - from)"], content[from...])
    }
    defer { server.stop() }
    let store = MemoryStore()
    try client().pull(blob, of: reference("\(server.host)/a/b:v"), into: store)
    #expect(store.bytes(of: blob.digest) == content)
    #expect(server.requests.count == 2)
    #expect(server.requests[1].contains("Range: bytes=30000-\r\n"))
  }

  @Test func endlessBodyIsLeft() throws {
    let content = content
    let server = try LoopbackServer { _, _ in
      Self.answer("200 OK", ["Connection: close"], content + content)
    }
    defer { server.stop() }
    let error = #expect(throws: RegistryError.self) {
      try client().pull(blob, of: reference("\(server.host)/a/b:v"), into: MemoryStore())
    }
    guard case .tooLarge? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func endlessManifestIsLeft() throws {
    let server = try LoopbackServer { _, _ in
      Self.answer("200 OK", ["Connection: close"], [UInt8](repeating: 0x20, count: 1 << 20))
    }
    defer { server.stop() }
    #expect(throws: RegistryError.tooLarge(subject: "\(server.host)/a/b:v", limit: 4096)) {
      try client().resolve(reference("\(server.host)/a/b:v"), platform: .host)
    }
  }

  @Test func endlessHeadIsLeft() throws {
    let lines = (0..<20000).map { "X-\($0): \(String(repeating: "y", count: 50))" }
    let server = try LoopbackServer { _, _ in Self.answer("200 OK", lines) }
    defer { server.stop() }
    #expect(throws: RegistryError.self) { try client().head(reference("\(server.host)/a/b:v")) }
  }

  @Test func connectionIsUsedAgain() throws {
    let digest = blob.digest
    let server = try LoopbackServer { _, _ in
      Self.answer("200 OK", ["Content-Length: 3", "Docker-Content-Digest: \(digest)"])
    }
    defer { server.stop() }
    let client = client()
    for _ in 0..<5 { #expect(try client.head(reference("\(server.host)/a/b:v"))?.digest == digest) }
    #expect(server.connectionCount == 1)
    #expect(server.requests.allSatisfy { !$0.contains("Expect") && $0.contains("HTTP/1.1") })
  }

  @Test func loopbackNeedsNoProxy() throws {
    let server = try LoopbackServer { _, _ in Self.answer("404 Not Found", ["Content-Length: 0"]) }
    defer { server.stop() }
    let client = client(environment: ["HTTP_PROXY": "http://127.0.0.1:1"])
    #expect(try client.head(reference("\(server.host)/a/b:v")) == nil)
  }

  @Test func nobodyListens() throws {
    let server = try LoopbackServer { _, _ in nil }
    server.stop()
    let error = #expect(throws: RegistryError.self) {
      try client().head(reference("127.0.0.1:1/a/b:v"))
    }
    guard case .transport("127.0.0.1:1", _, .unreachable)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func namesWithoutAnAddressAreSaid() throws {
    // Too long for a label: no name server is asked.
    let host = String(repeating: "x", count: 64) + ".invalid"
    let error = #expect(throws: RegistryError.self) {
      try client().head(reference("\(host)/a/b:v"))
    }
    guard case .transport(host, _, .unresolved)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func cancellationEndsATransfer() throws {
    let content = content
    let flag = Flag()
    let server = try LoopbackServer { _, _ in
      // Half of it, and then silence on an open connection.
      Self.answer("200 OK", ["Content-Length: \(content.count)"], content.prefix(30_000))
    }
    defer { server.stop() }
    #expect(throws: RegistryError.cancelled) {
      try client(isCancelled: { flag.isSet.load(ordering: .relaxed) }).pull(
        blob, of: reference("\(server.host)/a/b:v"), into: MemoryStore()
      ) { _ in flag.isSet.store(true, ordering: .relaxed) }
    }
  }

  private final class Flag: Sendable {
    let isSet = Atomic(false)
  }
}
