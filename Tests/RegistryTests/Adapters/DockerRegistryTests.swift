import OCI
import Testing

@testable import Registry

@Suite(
  .enabled(if: DockerRegistry.isInstalled, "docker-registry is not installed"),
  .enabled(if: CurlTransport.isAvailable, "libcurl.so.4 is not installed"))
struct DockerRegistryTests {
  private func client(_ credentials: FixedCredentials = FixedCredentials(), chunk: Int64 = 1 << 20)
    -> RegistryClient
  {
    var limits = TransferLimits()
    limits.chunk = chunk
    return RegistryClient(
      courier: Courier(
        transport: CurlTransport(environment: [:], isCancelled: { false }),
        credentials: credentials, policy: RetryPolicy(), clock: SystemRetryClock(),
        isCancelled: { false }),
      configuration: RegistryConfiguration(), environment: [:], limits: limits)
  }

  /// An image of one small layer and one that goes in pieces.
  private struct Image {
    let store = MemoryStore()
    let manifest: ImageManifest
    let bytes: [UInt8]

    init() {
      let large = [UInt8](repeating: 7, count: 2_500_000)
      let layers = [Array("small".utf8), large].map { content in
        Descriptor(
          mediaType: .layer, digest: SHA256.digest(of: content), size: Int64(content.count))
      }
      store.put(Array("small".utf8))
      store.put(large)
      let ids = layers.map { "\"\($0.digest)\"" }.joined(separator: ",")
      let config = Array(
        """
        {"os":"linux","architecture":"\(Platform.host.architecture)",\
        "rootfs":{"type":"layers","diff_ids":[\(ids)]}}
        """.utf8)
      manifest = ImageManifest(
        config: Descriptor(
          mediaType: .imageConfig, digest: store.put(config), size: Int64(config.count)),
        layers: layers)
      let list = (layers + [manifest.config]).map {
        #"{"mediaType":"\#($0.mediaType)","digest":"\#($0.digest)","size":\#($0.size)}"#
      }
      bytes = Array(
        """
        {"schemaVersion":2,"mediaType":"\(MediaType.imageManifest)","config":\(list[2]),\
        "layers":[\(list[0]),\(list[1])]}
        """.utf8)
    }

    func push(
      to reference: ImageReference, with client: RegistryClient, mountingFrom: [String] = []
    ) throws -> [PushOutcome] {
      let outcomes = try (manifest.layers + [manifest.config]).map {
        try client.push($0, from: store, to: reference, mountingFrom: mountingFrom)
      }
      try client.putManifest(bytes, mediaType: .imageManifest, to: reference)
      return outcomes
    }
  }

  private func check(_ image: Image, at reference: ImageReference, _ client: RegistryClient) throws
  {
    let digest = SHA256.digest(of: image.bytes)
    #expect(try client.head(reference)?.digest == digest)
    let resolved = try client.resolve(reference, platform: .host)
    #expect(resolved.manifestBytes == image.bytes && resolved.digest == digest)
    let store = MemoryStore()
    for layer in resolved.manifest.layers {
      try client.pull(layer, of: reference, into: store)
      #expect(store.bytes(of: layer.digest) == image.store.bytes(of: layer.digest))
    }
  }

  @Test func pushedIsPulled() throws {
    let registry = try DockerRegistry()
    let client = client()
    let first = reference("\(registry.host)/team/app:v1")
    #expect(try client.head(first) == nil)
    let image = Image()
    #expect(try image.push(to: first, with: client) == [.uploaded, .uploaded, .uploaded])
    #expect(try image.push(to: first, with: client) == [.existed, .existed, .existed])
    try check(image, at: first, client)
    let second = reference("\(registry.host)/team/copy:v1")
    let mounted = try image.push(to: second, with: client, mountingFrom: ["team/app"])
    #expect(mounted == [.mounted, .mounted, .mounted])
    try check(image, at: second, client)
    let third = reference("\(registry.host)/team/third:v1")
    let refused = try image.push(to: third, with: client, mountingFrom: ["no/where"])
    #expect(refused == [.uploaded, .uploaded, .uploaded])
  }

  @Test func loginIsUsed() throws {
    let registry = try DockerRegistry(withLogin: true)
    let login = Credentials.password(user: DockerRegistry.user, password: DockerRegistry.password)
    let client = client(FixedCredentials(known: [registry.host: login]))
    let target = reference("\(registry.host)/team/app:v1")
    let image = Image()
    #expect(try image.push(to: target, with: client) == [.uploaded, .uploaded, .uploaded])
    try check(image, at: target, client)
  }

  @Test(arguments: [nil, Credentials.password(user: "user", password: "wrong")])
  func withoutLoginNothingGoes(credentials: Credentials?) throws {
    let registry = try DockerRegistry(withLogin: true)
    var known: [String: Credentials] = [:]
    known[registry.host] = credentials
    let client = client(FixedCredentials(known: known))
    let error = #expect(throws: RegistryError.self) {
      try Image().push(to: reference("\(registry.host)/team/app:v1"), with: client)
    }
    #expect(error?.isCredentialProblem == true)
    guard case .unauthorized(_, _, let lookup, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // A reply to HEAD has no body that could say why.
    #expect(lookup.outcome == (credentials == nil ? .missing : .refused(ServerMessage())))
  }

  @Test func missingAndRefusedAreSaid() throws {
    let registry = try DockerRegistry()
    let client = client()
    let target = reference("\(registry.host)/team/app:v1")
    let missing = #expect(throws: RegistryError.self) {
      try client.resolve(target, platform: .host)
    }
    #expect(missing?.isNotFound == true)
    let refused = #expect(throws: RegistryError.self) {
      try client.putManifest(Image().bytes, mediaType: .imageManifest, to: target)
    }
    guard case .http(registry.host, _, 400, let told)? = refused else {
      Issue.record("\(String(describing: refused))")
      return
    }
    #expect(told.code == "MANIFEST_BLOB_UNKNOWN")
  }

  @Test func manyThreadsShareAClient() throws {
    let registry = try DockerRegistry()
    let client = client()
    let blobs = (0..<16).map { Array("blob \($0)".utf8) }
    let store = MemoryStore()
    let target = reference("\(registry.host)/team/app:v1")
    Threads.perform(blobs.count) { index in
      let digest = store.put(blobs[index])
      let blob = layer(digest, blobs[index].count)
      do {
        #expect(try client.push(blob, from: store, to: target) == .uploaded)
        let back = MemoryStore()
        try client.pull(blob, of: target, into: back)
        #expect(back.bytes(of: digest) == blobs[index])
      } catch {
        Issue.record(error)
      }
    }
  }
}
