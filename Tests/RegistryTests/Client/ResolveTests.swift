import OCI
import Synchronization
import Testing

@testable import Registry

@Suite struct ResolveTests {
  private let image = reference("reg.example/team/base:v1")
  private let amd64 = Platform(os: "linux", architecture: "amd64")

  /// Documents by path below `/v2/team/base/`, as one registry has them.
  private final class Shelf: Sendable {
    let documents = Mutex<[String: (type: String, body: String)]>([:])

    @discardableResult
    func put(_ body: String, as type: MediaType, tag: String? = nil) -> Digest {
      let digest = SHA256.digest(of: body)
      documents.withLock {
        $0["manifests/\(digest)"] = (type.rawValue, body)
        $0["blobs/\(digest)"] = (type.rawValue, body)
        if let tag { $0["manifests/\(tag)"] = (type.rawValue, body) }
      }
      return digest
    }

    func transport(_ headers: [String: String] = [:]) -> ScriptedTransport {
      ScriptedTransport { request, _ in
        let path = String(request.address.target.dropFirst("/v2/team/base/".count))
        guard let found = self.documents.withLock({ $0[path] }) else {
          return HTTPResponse(404, [:], #"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#)
            .from(request.address)
        }
        let typed = headers.merging(["Content-Type": found.type]) { old, _ in old }
        return HTTPResponse(200, typed, found.body).from(request.address)
      }
    }

    func manifest(
      architecture: String = "amd64", layers: Int = 1, diffIDs: Int = 1,
      type: MediaType = .imageManifest, tag: String? = nil
    ) -> (digest: Digest, size: Int) {
      let ids = (0..<diffIDs).map { "\"\(SHA256.digest(of: "d\($0)"))\"" }.joined(separator: ",")
      let config = """
        {"os":"linux","architecture":"\(architecture)","rootfs":{"type":"layers","diff_ids":[\(ids)]}}
        """
      let list = (0..<layers).map {
        "{\"mediaType\":\"\(MediaType.layerGzip)\",\"digest\":\"\(SHA256.digest(of: "l\($0)"))\",\"size\":1}"
      }.joined(separator: ",")
      let body = """
        {"schemaVersion":2,"mediaType":"\(type)","config":{"mediaType":"\(MediaType.imageConfig)",\
        "digest":"\(put(config, as: .imageConfig))","size":\(config.utf8.count)},"layers":[\(list)]}
        """
      return (put(body, as: type, tag: tag), body.utf8.count)
    }

    func index(_ entries: [(String?, Digest, Int)], type: MediaType = .imageIndex) -> String {
      let list = entries.map { platform, digest, size in
        let parts = (platform ?? "").split(separator: "/")
        let named =
          platform == nil
          ? "" : ",\"platform\":{\"os\":\"\(parts[0])\",\"architecture\":\"\(parts[1])\"}"
        return
          "{\"mediaType\":\"\(MediaType.imageManifest)\",\"digest\":\"\(digest)\",\"size\":\(size)\(named)}"
      }.joined(separator: ",")
      return "{\"schemaVersion\":2,\"mediaType\":\"\(type)\",\"manifests\":[\(list)]}"
    }
  }

  private func resolve(_ transport: ScriptedTransport) throws -> ResolvedImage {
    try Bench(transport).client.resolve(image, platform: amd64)
  }

  @Test(arguments: [MediaType.imageManifest, .dockerManifest])
  func manifest(type: MediaType) throws {
    let shelf = Shelf()
    let made = shelf.manifest(type: type, tag: "v1")
    let found = try resolve(shelf.transport())
    #expect(found.digest == made.digest && found.descriptor.digest == made.digest)
    #expect(found.descriptor.mediaType == type && found.descriptor.size == Int64(made.size))
    #expect(found.manifest.layers.count == 1 && found.config.architecture == "amd64")
    #expect(SHA256.digest(of: found.manifestBytes) == made.digest)
    #expect(SHA256.digest(of: found.configBytes) == found.manifest.config.digest)
  }

  @Test(arguments: [MediaType.imageIndex, .dockerManifestList])
  func index(type: MediaType) throws {
    let shelf = Shelf()
    let made = shelf.manifest()
    let other = SHA256.digest(of: "arm")
    let body = shelf.index(
      [("linux/arm64", other, 3), ("linux/amd64", made.digest, made.size)], type: type)
    let top = shelf.put(body, as: type, tag: "v1")
    let found = try resolve(shelf.transport())
    #expect(found.digest == top && found.descriptor.digest == made.digest)
  }

  @Test func parametersOfTheContentTypeDoNotMatter() throws {
    let shelf = Shelf()
    _ = shelf.manifest(tag: "v1")
    let type = MediaType.imageManifest.rawValue + "; charset=utf-8"
    #expect(try resolve(shelf.transport(["Content-Type": type])).manifest.layers.count == 1)
    #expect(try resolve(shelf.transport(["Content-Type": "text/plain"])).manifest.layers.count == 1)
  }

  @Test func noPlatformListsWhatThereIs() {
    let shelf = Shelf()
    let digest = SHA256.digest(of: "x")
    shelf.put(
      shelf.index([("linux/s390x", digest, 3), ("unknown/unknown", digest, 3)]), as: .imageIndex,
      tag: "v1")
    #expect(
      throws: RegistryError.noMatchingPlatform(
        subject: image.familiar, wanted: amd64,
        available: [Platform(os: "linux", architecture: "s390x")])
    ) { try resolve(shelf.transport()) }
  }

  @Test func aSingleManifestForAnotherMachineIsRefused() {
    let shelf = Shelf()
    _ = shelf.manifest(architecture: "riscv64", tag: "v1")
    #expect(
      throws: RegistryError.noMatchingPlatform(
        subject: image.familiar, wanted: amd64,
        available: [Platform(os: "linux", architecture: "riscv64")])
    ) { try resolve(shelf.transport()) }
  }

  @Test(arguments: [
    "not json", "{}", #"{"schemaVersion":2,"manifests":[],"layers":[]}"#,
    #"{"schemaVersion":2,"config":{},"layers":[]}"#,
    #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","config":{},"layers":[]}"#,
  ])
  func malformed(body: String) {
    let shelf = Shelf()
    shelf.put(body, as: .imageManifest, tag: "v1")
    let error = #expect(throws: RegistryError.self) { try resolve(shelf.transport()) }
    guard case .malformed? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func schema1IsNamed() {
    let shelf = Shelf()
    shelf.put(#"{"schemaVersion":1,"fsLayers":[]}"#, as: .imageManifest, tag: "v1")
    let error = #expect(throws: RegistryError.self) { try resolve(shelf.transport()) }
    guard case .unsupported(_, let reason)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("schema 1"))
  }

  @Test(arguments: [(1, 2), (2, 1), (0, 1)])
  func layersAndDiffIDsMustPair(layers: Int, diffIDs: Int) {
    let shelf = Shelf()
    _ = shelf.manifest(layers: layers, diffIDs: diffIDs, tag: "v1")
    #expect(throws: RegistryError.self) { try resolve(shelf.transport()) }
  }

  @Test func digestsAreChecked() {
    let shelf = Shelf()
    let made = shelf.manifest(tag: "v1")
    let wrong = ["Docker-Content-Digest": SHA256.digest(of: "other").description]
    #expect(throws: RegistryError.self) { try resolve(shelf.transport(wrong)) }
    shelf.documents.withLock { $0["manifests/\(made.digest)"]?.body += " " }
    #expect(throws: RegistryError.self) {
      try Bench(shelf.transport()).client.resolve(
        image.with(digest: made.digest), platform: amd64)
    }
  }

  @Test func indexesThatNameThemselvesEnd() {
    let transport = ScriptedTransport { request, _ in
      HTTPResponse(200, ["Content-Type": MediaType.imageIndex.rawValue], "{\"manifests\":[]}")
        .from(request.address)
    }
    #expect(throws: RegistryError.self) { try resolve(transport) }
  }

  @Test func missingIsNotFound() {
    let error = #expect(throws: RegistryError.self) { try resolve(Shelf().transport()) }
    #expect(error?.isNotFound == true && error?.isCredentialProblem == false)
  }

  // MARK: Mirrors

  private let mirrored = RegistryConfiguration(mirrors: ["reg.example": ["http://mirror:1"]])

  @Test func mirrorIsAskedFirst() throws {
    let shelf = Shelf()
    _ = shelf.manifest(tag: "v1")
    let bench = Bench(shelf.transport(), configuration: mirrored)
    _ = try bench.client.resolve(image, platform: amd64)
    #expect(bench.transport.requests.allSatisfy { $0.address.origin.authority == "mirror:1" })
    _ = try bench.client.head(image)
    #expect(bench.transport.requests.last?.address.origin.authority == "reg.example")
  }

  @Test func registryIsAskedWhenTheMirrorFails() throws {
    let shelf = Shelf()
    _ = shelf.manifest(tag: "v1")
    let real = shelf.transport()
    let transport = ScriptedTransport { request, _ in
      if request.address.origin.authority == "mirror:1" {
        throw TransportFailure(kind: .unreachable, origin: request.address.origin, reason: "no")
      }
      return try real.perform(request, into: nil, progress: nil)
    }
    let bench = Bench(transport, configuration: mirrored)
    _ = try bench.client.resolve(image, platform: amd64)
    let asked = transport.log.filter { $0.contains("mirror:1") }.count
    _ = try bench.client.resolve(image, platform: amd64)
    #expect(transport.log.filter { $0.contains("mirror:1") }.count == asked)
  }

  @Test func bothFailuresAreTold() {
    let bench = Bench(Shelf().transport(), configuration: mirrored)
    let error = #expect(throws: RegistryError.self) {
      try bench.client.resolve(image, platform: amd64)
    }
    guard
      case .mirrorAndRegistry(.notFound("mirror:1", _, _), .notFound("reg.example", _, _))? = error
    else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
