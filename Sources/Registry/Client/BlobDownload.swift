import OCI

/// One blob on its way from a registry into the store. Resumed where it broke off.
///
/// Source: distribution-spec v1.1, "Pulling blobs"; RFC 9110, 14 ("Range Requests").
struct BlobDownload {
  private let courier: Courier
  private let blob: Descriptor
  private let store: any ContentStore
  private let errand: Courier.Errand
  private let address: WebAddress

  /// A try that brought at least this many bytes was no failure.
  private static let worthwhile: Int64 = 256 << 10

  init(
    courier: Courier, endpoint: Endpoint, repository: String, blob: Descriptor,
    store: any ContentStore
  ) {
    self.courier = courier
    self.blob = blob
    self.store = store
    address = endpoint.address(repository, "blobs/\(blob.digest)")
    errand = Courier.Errand(
      endpoint: endpoint, scope: endpoint.pullScope(repository),
      subject: "\(repository)@\(blob.digest)")
  }

  func run(_ progress: @escaping (Int64) -> Void) throws {
    var outcome = try fetch(mayResume: true, progress)
    // Pieces of two answers need not fit together: only a whole answer can be wrong as a whole.
    if case .different(_, isPieced: true) = outcome {
      outcome = try fetch(mayResume: false, progress)
    }
    if case .different(let actual, _) = outcome {
      throw RegistryError.digestMismatch(
        subject: errand.subject, expected: blob.digest, actual: actual)
    }
  }

  private enum Outcome {
    case stored
    case different(Digest, isPieced: Bool)
  }

  private func fetch(mayResume: Bool, _ progress: @escaping (Int64) -> Void) throws -> Outcome {
    let reception = BlobReception(
      of: blob, by: try store.writer(), subject: errand.subject, progress: progress)
    var retries = courier.retries(errand)
    while !reception.isComplete {
      let before = reception.written
      do {
        try ask(reception, mayResume: mayResume)
      } catch let setback as Setback {
        if reception.written - before >= Self.worthwhile { retries.progressed() }
        try retries.wait(after: setback)
      }
    }
    do {
      _ = try reception.commit()
      return .stored
    } catch ContentError.digestMismatch(_, let actual) {
      return .different(actual, isPieced: reception.isPieced)
    }
  }

  /// One request for what is missing.
  private func ask(_ reception: BlobReception, mayResume: Bool) throws {
    var request = HTTPRequest(.get, address)
    let offset = reception.written
    let resumes = mayResume && offset > 0 && reception.rangesWork
    if resumes { request.headers.append(("Range", "bytes=\(offset)-")) }
    let response = try courier.send(request, errand, into: reception)
    if resumes, response.status == 416 {
      reception.rangesWork = false
      return
    }
    guard response.status == 200 || response.status == 206 else {
      throw courier.failure(response, errand)
    }
    guard reception.isComplete else {
      throw Setback.transport(
        TransportFailure(
          kind: .broken, origin: response.address.origin, reason: "the content ended too early"))
    }
  }
}
