import Diagnostics
import OCI
import Testing

@testable import Registry

struct FileDownloaderTests {
  private let url = "https://files.example/a.txt"
  private let store = MemoryStore()

  private func fetch(
    _ url: String? = nil, _ transport: ScriptedTransport,
    unless known: FileDownloader.Validator? = nil
  ) throws -> FileDownloader.Answer {
    var policy = RetryPolicy()
    policy.jitter = { 0 }
    let courier = Courier(
      transport: transport, credentials: FixedCredentials(), policy: policy, clock: FakeClock(),
      isCancelled: { false })
    return try FileDownloader(courier: courier)
      .fetch(url ?? self.url, into: store, unless: known)
  }

  private func file(_ text: String, _ validator: FileDownloader.Validator? = nil)
    -> FileDownloader.Answer
  {
    .file(
      .init(
        content: SHA256.digest(of: text), size: Int64(text.utf8.count), validator: validator))
  }

  @Test func aFileIsStoredWithItsValidator() throws {
    let tagged = HTTPResponse(200, ["ETag": "\"x\"", "Last-Modified": "then"], "one")
    #expect(try fetch(nil, ScriptedTransport([tagged])) == file("one", .tag("\"x\"")))
    let dated = HTTPResponse(200, ["Last-Modified": "then"], "one")
    #expect(try fetch(nil, ScriptedTransport([dated])) == file("one", .modified("then")))
    #expect(try fetch(nil, ScriptedTransport([HTTPResponse(200, [:], "")])) == file(""))
    #expect(store.bytes(of: SHA256.digest(of: "one")) == Array("one".utf8))
  }

  @Test func whatIsUnchangedIsNotSentAgain() throws {
    let transport = ScriptedTransport([HTTPResponse(304), HTTPResponse(304)])
    #expect(try fetch(nil, transport, unless: .tag("\"x\"")) == .unchanged)
    #expect(try fetch(nil, transport, unless: .modified("then")) == .unchanged)
    #expect(transport.requests[0].header("If-None-Match") == "\"x\"")
    #expect(transport.requests[1].header("If-Modified-Since") == "then")
  }

  @Test func validatorsAreKeptAsText() {
    for validator in [FileDownloader.Validator.tag("W/\"a b\""), .modified("Tue, 02 Jan")] {
      #expect(FileDownloader.Validator(text: validator.text) == validator)
    }
    #expect(FileDownloader.Validator(text: "") == nil)
  }

  @Test func redirectsAreFollowedButNotIntoTheOpen() throws {
    let moved = HTTPResponse(302, ["Location": "https://other.example/b"])
    let transport = ScriptedTransport([moved, HTTPResponse(200, [:], "one")])
    #expect(try fetch(nil, transport) == file("one"))
    let open = HTTPResponse(302, ["Location": "http://other.example/b"])
    #expect(throws: DownloadError.self) { try fetch(nil, ScriptedTransport([open])) }
    #expect(throws: DownloadError.self) {
      try fetch(nil, ScriptedTransport(Array(repeating: moved, count: 9)))
    }
  }

  @Test func whoIsLetInIsToldToTheHostAndNobodyElse() throws {
    let moved = HTTPResponse(302, ["Location": "https://other.example/b"])
    let transport = ScriptedTransport([moved, HTTPResponse(200, [:], "one")])
    _ = try fetch("https://me:w%40rd@files.example/a", transport)
    #expect(transport.requests[0].header("Authorization") == "Basic bWU6d0ByZA==")
    #expect(transport.requests[1].header("Authorization") == nil)
    #expect(transport.log[0] == "GET https://files.example/a")
    let missing = ScriptedTransport([HTTPResponse(404)])
    let error = #expect(throws: DownloadError.self) {
      try fetch("https://me:w%40rd@files.example/a", missing)
    }
    #expect(error == .refused(url: "https://<secret>@files.example/a", status: 404))
  }

  @Test func whatMayPassIsTriedAgain() throws {
    let busy = HTTPResponse(503)
    let transport = ScriptedTransport([busy, busy, HTTPResponse(200, [:], "one")])
    #expect(try fetch(nil, transport) == file("one"))
    let error = #expect(throws: DownloadError.self) {
      try fetch(nil, ScriptedTransport(Array(repeating: busy, count: 5)))
    }
    #expect(error == .refused(url: url, status: 503))
    #expect(error?.isSilence == true)
  }

  @Test func whatIsTooLargeIsNotTaken() {
    let size = String(FileDownloader.sizeLimit + 1)
    let answer = HTTPResponse(200, ["Content-Length": size], "one")
    #expect(throws: DownloadError.tooLarge(url: url, limit: FileDownloader.sizeLimit)) {
      try fetch(nil, ScriptedTransport([answer]))
    }
    #expect(store.size(of: SHA256.digest(of: "one")) == nil)
  }

  @Test(arguments: ["ftp://h/a", "http://", "https://h\u{1}/a", "https://h/a b"])
  func whatIsNoAddressIsNotAsked(_ text: String) {
    #expect(throws: DownloadError.invalidAddress(url: text)) {
      try fetch(text, ScriptedTransport([]))
    }
  }
}
