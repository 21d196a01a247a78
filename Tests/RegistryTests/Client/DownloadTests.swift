import OCI
import Synchronization
import Testing

@testable import Registry

@Suite struct DownloadTests {
  private let image = reference("reg.example/team/app:v1")
  private let content = Array("0123456789abcdef".utf8)
  private var blob: Descriptor { layer(SHA256.digest(of: content), content.count) }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: content[range], as: UTF8.self)
  }
  private func part(_ range: Range<Int>, total: Int = 16) -> HTTPResponse {
    HTTPResponse(
      206, ["Content-Range": "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(total)"],
      text(range))
  }

  @discardableResult
  private func pull(_ answers: [HTTPResponse]) throws -> [HTTPRequest] {
    let bench = Bench(ScriptedTransport(answers))
    let store = MemoryStore()
    var told: [Int64] = []
    do {
      try bench.client.pull(blob, of: image, into: store) { told.append($0) }
    } catch {
      #expect(store.size(of: blob.digest) == nil)
      throw error
    }
    #expect(store.bytes(of: blob.digest) == content)
    #expect(told.last == 16)
    return bench.transport.requests
  }

  @Test func wholeAnswer() throws {
    let requests = try pull([HTTPResponse(200, ["Content-Length": "16"], text(0..<16))])
    #expect(requests.map(\.summary) == ["GET https://reg.example/v2/team/app/blobs/\(blob.digest)"])
  }

  @Test func goesOnWhereItBrokeOff() throws {
    let requests = try pull([HTTPResponse(200, [:], text(0..<5)), part(5..<16)])
    #expect(requests[1].header("Range") == "bytes=5-")
  }

  @Test func answersThatBeginEarlierOverlap() throws {
    try pull([HTTPResponse(200, [:], text(0..<5)), part(3..<16)])
    try pull([HTTPResponse(200, [:], text(0..<5)), HTTPResponse(200, [:], text(0..<16))])
  }

  @Test func refusedRangesAreDoneWithout() throws {
    let begun = HTTPResponse(200, [:], text(0..<5))
    let whole = HTTPResponse(200, [:], text(0..<16))
    let requests = try pull([begun, HTTPResponse(416), whole])
    #expect(requests[2].header("Range") == nil)
    let gap = try pull([begun, part(8..<16), whole])
    #expect(gap[2].header("Range") == nil)
  }

  @Test func piecesThatDoNotFitAreFetchedAgainAsAWhole() throws {
    let wrong = HTTPResponse(206, ["Content-Range": "bytes 5-15/16"], "???????????")
    let requests = try pull([
      HTTPResponse(200, [:], text(0..<5)), wrong, HTTPResponse(200, [:], text(0..<16)),
    ])
    #expect(requests[2].header("Range") == nil)
  }

  @Test func otherContentIsRefused() {
    let actual = SHA256.digest(of: "0123456789abcdeX")
    #expect(
      throws: RegistryError.digestMismatch(
        subject: "team/app@\(blob.digest)", expected: blob.digest, actual: actual)
    ) { try pull([HTTPResponse(200, [:], "0123456789abcdeX")]) }
  }

  @Test func endlessContentIsCutOff() {
    #expect(throws: RegistryError.tooLarge(subject: "team/app@\(blob.digest)", limit: 16)) {
      try pull([HTTPResponse(200, [:], text(0..<16) + "more")])
    }
  }

  @Test(arguments: [
    HTTPResponse(200, ["Content-Length": "17"], "0123456789abcdef"),
    HTTPResponse(206, ["Content-Range": "bytes 0-15/99"], "0123456789abcdef"),
  ])
  func anotherSizeIsSaidAtOnce(answer: HTTPResponse) {
    let error = #expect(throws: RegistryError.self) { try pull([answer]) }
    guard case .sizeMismatch(_, expected: 16, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func neverCompleteEnds() {
    let transport = ScriptedTransport { request, _ in
      HTTPResponse(200, [:], "01234567").from(request.address)
    }
    #expect(throws: RegistryError.self) {
      try Bench(transport).client.pull(blob, of: image, into: MemoryStore())
    }
    #expect(transport.requests.count == RetryPolicy().attempts)
  }

  @Test func whatIsThereIsNotTransferred() throws {
    let store = MemoryStore()
    store.put(content)
    let bench = Bench(ScriptedTransport([]))
    try bench.client.pull(blob, of: image, into: store)
  }

  @Test func nothingIsAskedForAnEmptyBlob() throws {
    let store = MemoryStore()
    try Bench(ScriptedTransport([])).client.pull(
      layer(SHA256.digest(of: ""), 0), of: image, into: store)
    #expect(store.bytes(of: SHA256.digest(of: "")) == [])
  }

  @Test func namesAreChecked() {
    let evil = ImageReference(registry: "reg.example", repository: "../../x", tag: "v1")
    let bench = Bench(ScriptedTransport([]))
    #expect(throws: RegistryError.self) {
      try bench.client.pull(blob, of: evil, into: MemoryStore())
    }
    #expect(throws: RegistryError.self) {
      try bench.client.pull(layer(blob.digest, -1), of: image, into: MemoryStore())
    }
  }
}
