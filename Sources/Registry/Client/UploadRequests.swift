import OCI

/// An upload that a registry has agreed to.
struct UploadSession: Sendable {
  /// As the registry gave it; changes from answer to answer.
  let address: WebAddress
  /// In bytes; only the last piece may be smaller.
  let minimumChunk: Int64

  /// The registry does not know the session any more, or does not go on with it.
  struct Lost: Error {
    let response: HTTPResponse
    /// It may be because the blob came in pieces.
    let whilePiecing: Bool
  }
}

/// The requests that make up the upload of one blob.
struct UploadRequests: Sendable {
  let courier: Courier
  let errand: Courier.Errand
  private let endpoint: Endpoint
  private let repository: String
  private let blob: Digest

  /// More than this is not worth the round trips.
  private static let maximumMounts = 3

  init(courier: Courier, endpoint: Endpoint, repository: String, blob: Digest) {
    self.courier = courier
    self.endpoint = endpoint
    self.repository = repository
    self.blob = blob
    errand = Courier.Errand(
      endpoint: endpoint, scope: endpoint.pushScope(repository), subject: repository)
  }

  /// Registries that cannot say are taken to have nothing.
  func exists() throws -> Bool {
    let request = HTTPRequest(.head, endpoint.address(repository, "blobs/\(blob)"))
    let response = try courier.deliver(request, errand)
    switch response.status {
    case 200: return true
    case 400, 404, 405, 501: return false
    // A storage service behind the registry may not answer a HEAD.
    case _ where response.address.origin != endpoint.origin: return false
    default: throw courier.failure(response, errand)
    }
  }

  // MARK: Opening

  enum Mount {
    case mounted
    /// No mount, but an upload may begin.
    case session(UploadSession)
    case refused
  }

  /// Asks for the blob from other repositories of the registry.
  func mount(from candidates: [String]) throws -> Mount {
    var opened: UploadSession?
    for source in candidates.filter({ $0 != repository }).prefix(Self.maximumMounts) {
      if let opened { cancel(opened) }
      opened = nil
      switch try mount(from: source) {
      case .mounted: return .mounted
      case .session(let session): opened = session
      case .refused: continue
      }
    }
    return opened.map(Mount.session) ?? .refused
  }

  private func mount(from source: String) throws -> Mount {
    let address = endpoint.address(repository, "blobs/uploads/")
      .appending("mount", PercentEncoding.encode(blob.description))
      .appending("from", PercentEncoding.encode(source))
    let both = Courier.Errand(
      endpoint: endpoint, scope: errand.scope.union(endpoint.pullScope(source)),
      subject: errand.subject)
    do {
      let response = try courier.deliver(Self.post(address), both)
      switch response.status {
      case 201: return .mounted
      case 202: return .session(try session(in: response))
      default: return .refused
      }
    } catch let error as RegistryError where error.isCredentialProblem {
      // No right to the other repository is no reason not to upload.
      return .refused
    }
  }

  /// Leaves nothing behind where the registry can do that; whether it worked does not matter.
  private func cancel(_ session: UploadSession) {
    _ = try? courier.send(HTTPRequest(.delete, session.address), errand)
  }

  func open() throws -> UploadSession {
    let response = try courier.deliver(
      Self.post(endpoint.address(repository, "blobs/uploads/")), errand)
    guard response.status == 202 else { throw courier.failure(response, errand) }
    return try session(in: response)
  }

  /// Opens an upload and gives it up: whether one may.
  func rehearse() throws { cancel(try open()) }

  private static func post(_ address: WebAddress) -> HTTPRequest {
    var request = HTTPRequest(.post, address)
    request.body = .bytes([])
    return request
  }

  private func session(in response: HTTPResponse, before: UploadSession? = nil) throws
    -> UploadSession
  {
    let named = response.header("location").map { response.address.resolving($0) }
    guard let address = named ?? before?.address else {
      throw RegistryError.malformed(
        subject: endpoint.origin.authority, reason: "it opens an upload without an address")
    }
    let minimum = response.header("oci-chunk-min-length").flatMap { Int64($0) }
    // A minimum that nothing could satisfy is a mistake, not a wish.
    let sane = minimum.map { max(0, min($0, 1 << 30)) }
    return UploadSession(address: address, minimumChunk: sane ?? before?.minimumChunk ?? 0)
  }

  // MARK: Filling

  /// Sends one piece.
  /// - Returns: The session's new address, and how many bytes the registry has now.
  func append(
    _ piece: HTTPBody, at range: Range<Int64>, to session: UploadSession,
    progress: @escaping (Int64) -> Void
  ) throws -> (UploadSession, Int64) {
    var request = HTTPRequest(.patch, session.address)
    request.headers = [
      ("Content-Type", "application/octet-stream"),
      ("Content-Range", "\(range.lowerBound)-\(range.upperBound - 1)"),
    ]
    request.body = piece
    let response = try courier.send(request, errand, progress: progress)
    guard response.status == 202 || response.status == 201 || response.status == 204 else {
      throw failure(response, whilePiecing: true)
    }
    let moved = try self.session(in: response, before: session)
    let stored = response.header("range").flatMap { UploadedRange($0) }
    guard let stored else { return (moved, range.upperBound) }
    guard stored.first == 0, range.contains(stored.last) else {
      throw UploadSession.Lost(response: response, whilePiecing: true)
    }
    return (moved, stored.last + 1)
  }

  /// Sends what is left, and what all of it must be.
  func close(
    _ session: UploadSession, with body: HTTPBody, isPieced: Bool, progress: ((Int64) -> Void)?
  ) throws {
    let address = session.address.appending("digest", PercentEncoding.encode(blob.description))
    var request = HTTPRequest(.put, address)
    request.headers = [("Content-Type", "application/octet-stream")]
    request.body = body
    let response = try courier.send(request, errand, progress: progress)
    guard [200, 201, 204].contains(response.status) else {
      throw failure(response, whilePiecing: isPieced)
    }
    let stored = response.header("docker-content-digest").flatMap { Digest($0) }
    if let stored, stored != blob {
      throw RegistryError.digestMismatch(
        subject: "\(repository)@\(blob)", expected: blob, actual: stored)
    }
  }

  private func failure(_ response: HTTPResponse, whilePiecing: Bool) -> any Error {
    let isLost =
      response.status == 404
      || (whilePiecing && [400, 405, 411, 416, 501].contains(response.status))
    return isLost
      ? UploadSession.Lost(response: response, whilePiecing: whilePiecing)
      : courier.failure(response, errand)
  }

  /// How far a session is.
  /// - Returns: nil when the registry does not say: then there is nothing to go on from.
  func status(of session: UploadSession) -> (UploadSession, Int64)? {
    guard let response = try? courier.send(HTTPRequest(.get, session.address), errand),
      response.status == 204 || response.status == 200,
      let range = response.header("range").flatMap({ UploadedRange($0) }), range.first == 0,
      // "0-0" also stands for nothing at all.
      range.last > 0,
      let moved = try? self.session(in: response, before: session)
    else { return nil }
    return (moved, range.last + 1)
  }
}
