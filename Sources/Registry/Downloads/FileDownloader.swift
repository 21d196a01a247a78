import Diagnostics
package import OCI

/// Fetches single files over HTTP: what ADD takes from an address.
///
/// Knows nothing of registries and their credentials; who is let in stands in the address.
package struct FileDownloader: Sendable {
  /// What is at an address.
  package struct File: Sendable, Equatable {
    package let content: Digest
    /// In bytes.
    package let size: Int64
    /// By which the server tells whether it is still the same; nil when it cannot.
    package let validator: Validator?

    package init(content: Digest, size: Int64, validator: Validator?) {
      (self.content, self.size, self.validator) = (content, size, validator)
    }
  }

  /// Source: RFC 9110, 8.8 ("Validator Fields").
  package enum Validator: Sendable, Equatable {
    case tag(String)
    case modified(String)
  }

  package enum Answer: Sendable, Equatable {
    case file(File)
    /// It is what it was, by its validator.
    case unchanged
  }

  /// In bytes: beyond this somebody sends without end.
  static let sizeLimit: Int64 = 64 << 30

  private let courier: Courier

  package init(environment: [String: String], isCancelled: @escaping @Sendable () -> Bool) {
    self.init(
      courier: Courier(
        transport: CurlTransport(environment: environment, isCancelled: isCancelled),
        credentials: CredentialChain([]), policy: RetryPolicy(), clock: SystemRetryClock(),
        isCancelled: isCancelled))
  }

  init(courier: Courier) { self.courier = courier }

  /// Brings what is at an address into `store`.
  /// - Parameters:
  ///   - known: Of what is here already: then nothing is sent when it is still the same.
  ///   - progress: Is told, on the calling thread, how many bytes have come, of how many.
  /// - Throws: ``DownloadError``, ``RegistryError/cancelled``, or what the store throws; nothing is
  ///   stored then.
  package func fetch(
    _ url: String, into store: any ContentStore, unless known: Validator? = nil,
    progress: @escaping (Int64, Int64?) -> Void = { _, _ in }
  ) throws -> Answer {
    let shown = SecretAddress.masked(url)
    guard let request = Self.request(url, unless: known) else {
      throw DownloadError.invalidAddress(url: shown)
    }
    let endpoint = Endpoint(
      origin: request.address.origin, registry: request.address.origin.authority, prefix: "")
    let errand = Courier.Errand(endpoint: endpoint, scope: AccessScope(), subject: shown)
    do {
      return try fetch(request, errand, into: store, progress)
    } catch let error as RegistryError where error != .cancelled {
      throw DownloadError(error, url: shown)
    }
  }

  private func fetch(
    _ request: HTTPRequest, _ errand: Courier.Errand, into store: any ContentStore,
    _ progress: @escaping (Int64, Int64?) -> Void
  ) throws -> Answer {
    var retries = courier.retries(errand)
    while true {
      let reception = FileReception(by: try store.writer(), url: errand.subject, progress)
      do {
        let response = try courier.send(request, errand, into: reception)
        if response.status == 304 { return .unchanged }
        guard response.status == 200 else {
          throw DownloadError.refused(url: errand.subject, status: response.status)
        }
        let (content, size) = try reception.commit()
        return .file(File(content: content, size: size, validator: Validator(response)))
      } catch let setback as Setback {
        try retries.wait(after: setback)
      }
    }
  }

  /// Who is let in goes into a header: addresses are shown and kept.
  private static func request(_ url: String, unless known: Validator?) -> HTTPRequest? {
    guard let parts = AddressParts(url), let address = WebAddress(parts.address) else { return nil }
    var request = HTTPRequest(.get, address)
    if let (user, password) = parts.user {
      request.headers.append(("Authorization", BasicAuthorization.header(user, password)))
    }
    switch known {
    case .tag(let tag)?: request.headers.append(("If-None-Match", tag))
    case .modified(let time)?: request.headers.append(("If-Modified-Since", time))
    case nil: break
    }
    return request
  }
}

extension FileDownloader.Validator {
  init?(_ response: HTTPResponse) {
    if let tag = response.header("etag") {
      self = .tag(tag)
    } else if let time = response.header("last-modified") {
      self = .modified(time)
    } else {
      return nil
    }
  }

  /// In one line.
  package var text: String {
    switch self {
    case .tag(let tag): "tag \(tag)"
    case .modified(let time): "modified \(time)"
    }
  }

  package init?(text: String) {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    switch (parts.first, parts.count) {
    case ("tag", 2): self = .tag(parts[1])
    case ("modified", 2): self = .modified(parts[1])
    default: return nil
    }
  }
}

/// An address without the part of it that lets somebody in.
private struct AddressParts {
  let address: String
  /// nil when nobody is named.
  let user: (name: String, password: String)?

  init?(_ url: String) {
    guard let start = url.ranges(of: "://").first?.upperBound else { return nil }
    let host = url[start...].prefix { !"/?#".contains($0) }
    guard let at = host.lastIndex(of: "@") else {
      (address, user) = (url, nil)
      return
    }
    address = String(url[..<start] + url[url.index(after: at)...])
    let words = host[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      .map { PercentText.decoded($0) }
    user = (words[0], words.count > 1 ? words[1] : "")
  }
}

/// Takes in a file whose size nobody knows before.
private final class FileReception: ResponseSink {
  private let writer: any BlobWriter
  private let url: String
  private let progress: (Int64, Int64?) -> Void
  private var written: Int64 = 0
  private var total: Int64?

  init(by writer: any BlobWriter, url: String, _ progress: @escaping (Int64, Int64?) -> Void) {
    self.writer = writer
    self.url = url
    self.progress = progress
  }

  func commit() throws -> (digest: Digest, size: Int64) { try writer.commit(expecting: nil) }

  func begin(_ response: HTTPResponse) throws {
    total = response.contentLength
    try check(total ?? 0)
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    try check(written + Int64(bytes.count))
    try writer.write(bytes)
    written += Int64(bytes.count)
    progress(written, total)
  }

  private func check(_ size: Int64) throws {
    if size > FileDownloader.sizeLimit {
      throw DownloadError.tooLarge(url: url, limit: FileDownloader.sizeLimit)
    }
  }
}

extension DownloadError {
  fileprivate init(_ error: RegistryError, url: String) {
    switch error {
    case .transport(_, let reason, _): self = .unreachable(url: url, reason: reason)
    case .libcurlMissing: self = .unreachable(url: url, reason: error.diagnostic.message)
    case .insecureRedirect(_, let target):
      self = .redirected(url: url, reason: "it leads to '\(target)', which is not encrypted")
    case .tooManyRedirects: self = .redirected(url: url, reason: "it is redirected without end")
    case .http(_, _, let status, _): self = .refused(url: url, status: status)
    case .retryLater: self = .refused(url: url, status: 429)
    default: self = .unreachable(url: url, reason: error.diagnostic.message)
    }
  }
}
