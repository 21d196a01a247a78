import OCI
import Testing

@testable import Registry

@Suite struct UploadTests {
  private let image = reference("reg.example/team/app:v1")
  private let content = Array("0123456789".utf8)
  private var digest: Digest { SHA256.digest(of: content) }
  private var finish: String { "digest=sha256%3A\(digest.hex)" }
  private let base = "https://reg.example/v2/team/app/blobs"

  private let absent = HTTPResponse(404)
  private let created = HTTPResponse(201)
  private func session(_ location: String, _ headers: [String: String] = [:]) -> HTTPResponse {
    HTTPResponse(202, headers.merging(["Location": location]) { $1 })
  }

  private func push(
    _ answers: [HTTPResponse], mountingFrom candidates: [String] = [], chunk: Int64 = 100
  ) throws -> (outcome: PushOutcome, requests: [HTTPRequest]) {
    let store = MemoryStore()
    store.put(content)
    let bench = Bench(ScriptedTransport(answers), chunk: chunk)
    let outcome = try bench.client.push(
      layer(digest, content.count), from: store, to: image, mountingFrom: candidates)
    #expect(bench.transport.requests.count == answers.count)
    return (outcome, bench.transport.requests)
  }

  @Test func whatIsThereIsNotSent() throws {
    let (outcome, requests) = try push([HTTPResponse(200)])
    #expect(outcome == .existed)
    #expect(requests.map(\.summary) == ["HEAD \(base)/\(digest)"])
  }

  @Test(arguments: [
    ("/u/1", "https://reg.example/u/1?"),
    ("https://other.example/u?s=%20", "https://other.example/u?s=%20&"),
    (
      "1?_state=a%20b%2Fc%2Bd%3D%3D",
      "https://reg.example/v2/team/app/blobs/uploads/1?_state=a%20b%2Fc%2Bd%3D%3D&"
    ),
  ])
  func locationIsTakenAsItIs(location: String, expected: String) throws {
    let (outcome, requests) = try push([absent, session(location), created])
    #expect(outcome == .uploaded)
    #expect(requests[1].summary == "POST \(base)/uploads/")
    #expect(requests[2].summary == "PUT \(expected)\(finish)")
    #expect(requests[2].bodyBytes == content)
  }

  @Test func mounts() throws {
    let (outcome, requests) = try push([absent, created], mountingFrom: ["team/app", "team/old"])
    #expect(outcome == .mounted)
    #expect(
      requests[1].summary
        == "POST \(base)/uploads/?mount=sha256%3A\(digest.hex)&from=team%2Fold")
  }

  @Test func refusedMountIsAnUpload() throws {
    let (outcome, requests) = try push([absent, session("/u/1"), created], mountingFrom: ["a/b"])
    #expect(outcome == .uploaded)
    #expect(requests[2].summary == "PUT https://reg.example/u/1?\(finish)")
  }

  @Test func nextCandidateIsTriedAndTheOpenSessionClosed() throws {
    let (outcome, requests) = try push(
      [absent, session("/u/1"), HTTPResponse(204), created], mountingFrom: ["a/b", "c/d"])
    #expect(outcome == .mounted)
    #expect(requests[2].summary == "DELETE https://reg.example/u/1")
  }

  @Test(arguments: [401, 403, 404, 405])
  func forbiddenMountIsAnUpload(status: Int) throws {
    let answers = [absent, HTTPResponse(status), session("/u/1"), created]
    #expect(try push(answers, mountingFrom: ["a/b"]).outcome == .uploaded)
  }

  @Test func largeBlobsGoInPieces() throws {
    let (_, requests) = try push(
      [
        absent, session("/u/1"), session("/u/2", ["Range": "0-3"]), session("/u/3"),
        session("/u/4", ["Range": "0-9"]), created,
      ], chunk: 4)
    let sent = requests[2...4].map { "\($0.summary) \($0.header("Content-Range") ?? "")" }
    #expect(
      sent == [
        "PATCH https://reg.example/u/1 0-3", "PATCH https://reg.example/u/2 4-7",
        "PATCH https://reg.example/u/3 8-9",
      ])
    #expect(requests[5].summary == "PUT https://reg.example/u/4?\(finish)")
    #expect(requests[5].body.size == 0)
  }

  @Test func smallestPieceIsTheRegistrys() throws {
    let answers = [
      absent, session("/u/1", ["OCI-Chunk-Min-Length": "6"]), session("/u/2"), session("/u/3"),
      created,
    ]
    let requests = try push(answers, chunk: 4).requests
    #expect(requests[2].header("Content-Range") == "0-5")
  }

  @Test func goesOnWhereItBrokeOff() throws {
    let status = HTTPResponse(204, ["Range": "0-5", "Location": "/u/2"])
    let (_, requests) = try push([
      absent, session("/u/1"), HTTPResponse(503), status, session("/u/3", ["Range": "0-9"]),
      created,
    ])
    #expect(requests[3].summary == "GET https://reg.example/u/1")
    #expect(requests[4].header("Content-Range") == "6-9")
    #expect(requests[4].bodyBytes == Array(content[6...]))
  }

  @Test func beginsAgainWhereNothingArrived() throws {
    let status = HTTPResponse(204, ["Range": "0-0", "Location": "/u/1"])
    let (_, requests) = try push([
      absent, session("/u/1"), HTTPResponse(503), status, absent, session("/u/2"), created,
    ])
    #expect(requests[6].bodyBytes == content)
  }

  @Test func lostAnswerIsNotAnotherUpload() throws {
    let answers = [
      absent, session("/u/1"), HTTPResponse(504), HTTPResponse(404), HTTPResponse(200),
    ]
    #expect(try push(answers).outcome == .uploaded)
  }

  @Test func expiredSessionIsOpenedAgain() throws {
    let unknown = HTTPResponse(404, [:], #"{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}"#)
    let answers = [absent, session("/u/1"), unknown, session("/u/2"), created]
    #expect(try push(answers).outcome == .uploaded)
  }

  @Test(arguments: [400, 405, 416, 501])
  func refusedPiecesBecomeAWhole(status: Int) throws {
    let answers = [
      absent, session("/u/1"), HTTPResponse(status), session("/u/2"), created,
    ]
    let requests = try push(answers, chunk: 4).requests
    #expect(requests[4].summary == "PUT https://reg.example/u/2?\(finish)")
    #expect(requests[4].bodyBytes == content)
  }

  @Test func sessionsThatAreAlwaysLostEnd() {
    let transport = ScriptedTransport { request, _ in
      (request.method == .post ? self.session("/u/1") : HTTPResponse(404)).from(request.address)
    }
    let store = MemoryStore()
    store.put(content)
    #expect(throws: RegistryError.self) {
      try Bench(transport).client.push(layer(digest, 10), from: store, to: image)
    }
    #expect(transport.requests.count < 12)
  }

  @Test(arguments: [["Location": "ftp://x"], [:]])
  func sessionWithoutAnAddress(headers: [String: String]) {
    #expect(throws: RegistryError.self) { try push([absent, HTTPResponse(202, headers)]) }
  }

  @Test func registryThatStoredSomethingElse() {
    let other = SHA256.digest(of: "x")
    #expect(
      throws: RegistryError.digestMismatch(
        subject: "team/app@\(digest)", expected: digest, actual: other)
    ) {
      try push([
        absent, session("/u/1"), HTTPResponse(201, ["Docker-Content-Digest": "\(other)"]),
      ])
    }
  }

  // MARK: Manifests

  @Test func manifestGoesToItsTagOrDigest() throws {
    let bytes = Array("{}".utf8)
    let bench = Bench(ScriptedTransport([created, created]))
    let digest = try bench.client.putManifest(bytes, mediaType: .imageManifest, to: image)
    try bench.client.putManifest(bytes, mediaType: .imageManifest, to: image.with(digest: digest))
    #expect(
      bench.transport.log == [
        "PUT https://reg.example/v2/team/app/manifests/v1",
        "PUT https://reg.example/v2/team/app/manifests/\(digest)",
      ])
    #expect(bench.transport.requests[0].header("Content-Type") == MediaType.imageManifest.rawValue)
  }

  @Test func refusalIsShown() {
    let body = #"{"errors":[{"code":"DENIED","message":"no push for you"}]}"#
    let bench = Bench(ScriptedTransport([HTTPResponse(403, [:], body)]))
    let error = #expect(throws: RegistryError.self) {
      try bench.client.putManifest([], mediaType: .imageManifest, to: image)
    }
    guard case .denied("reg.example", "reg.example/team/app:v1", _, let told)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(told == ServerMessage(code: "DENIED", message: "no push for you"))
  }

  @Test(arguments: [405, 501])
  func headThatIsNotSupportedBecomesAGet(status: Int) throws {
    let bench = Bench(ScriptedTransport([HTTPResponse(status), HTTPResponse(200, [:], "{}")]))
    #expect(try bench.client.head(image)?.digest == SHA256.digest(of: "{}"))
  }

  @Test func nothingIsThere() throws {
    #expect(try Bench(ScriptedTransport([absent])).client.head(image) == nil)
  }
}
