import OCI

/// One blob on its way from the store to a registry.
///
/// Source: distribution-spec v1.1, "Pushing blobs", "Mounting a blob from another repository".
struct BlobUpload {
  private let uploads: UploadRequests
  private let blob: Descriptor
  private let store: any ContentStore
  private let limits: TransferLimits
  private let courier: Courier

  /// A session that a registry forgets this often is never going to hold.
  private static let maximumRestarts = 3

  init(
    courier: Courier, endpoint: Endpoint, repository: String, blob: Descriptor,
    store: any ContentStore, limits: TransferLimits
  ) {
    self.courier = courier
    self.blob = blob
    self.store = store
    self.limits = limits
    uploads = UploadRequests(
      courier: courier, endpoint: endpoint, repository: repository, blob: blob.digest)
  }

  /// How far an upload is.
  private enum Stage {
    /// Nothing is agreed on.
    case unopened
    /// The registry has the first `offset` bytes.
    case open(UploadSession, offset: Int64)
    /// The registry has all bytes, and waits for the digest.
    case filled(UploadSession)
    case done
  }

  func run(
    mountingFrom candidates: [String], progress: @escaping (Int64) -> Void
  ) throws -> PushOutcome {
    if try uploads.exists() {
      progress(blob.size)
      return .existed
    }
    var stage = Stage.unopened
    switch try uploads.mount(from: candidates) {
    case .mounted:
      progress(blob.size)
      return .mounted
    case .session(let session): stage = .open(session, offset: 0)
    case .refused: break
    }
    try send(from: stage, progress)
    return .uploaded
  }

  private func send(from start: Stage, _ progress: @escaping (Int64) -> Void) throws {
    let reader = try store.reader(of: blob.digest)
    guard reader.size == blob.size else {
      throw RegistryError.sizeMismatch(
        subject: uploads.errand.subject, expected: blob.size, actual: reader.size)
    }
    var stage = start
    var retries = courier.retries(uploads.errand)
    var restarts = 0
    var mayPiece = true
    while true {
      if case .done = stage { return progress(blob.size) }
      do {
        stage = try next(after: stage, reader, mayPiece: mayPiece, progress)
      } catch let setback as Setback {
        try retries.wait(after: setback)
        let recovered = try recover(stage)
        if Self.offset(recovered) > Self.offset(stage) { retries.progressed() }
        stage = recovered
      } catch let lost as UploadSession.Lost {
        restarts += 1
        guard restarts <= Self.maximumRestarts else {
          throw courier.failure(lost.response, uploads.errand)
        }
        // A 404 says that the session is gone, and once that may be for any reason.
        if lost.whilePiecing, lost.response.status != 404 || restarts > 1 { mayPiece = false }
        stage = .unopened
      }
    }
  }

  /// One request forward.
  private func next(
    after stage: Stage, _ reader: any BlobReader, mayPiece: Bool,
    _ progress: @escaping (Int64) -> Void
  ) throws -> Stage {
    switch stage {
    case .done: return .done
    case .unopened: return .open(try uploads.open(), offset: 0)
    case .filled(let session):
      try uploads.close(session, with: .bytes([]), isPieced: true, progress: nil)
      return .done
    case .open(let session, let offset):
      if offset == 0, blob.size <= limits.chunk || !mayPiece {
        try uploads.close(
          session, with: .blob(reader, 0..<blob.size), isPieced: false, progress: progress)
        return .done
      }
      let end = min(blob.size, offset + max(limits.chunk, session.minimumChunk))
      let (moved, filled) = try uploads.append(
        .blob(reader, offset..<end), at: offset..<end, to: session
      ) { progress(offset + $0) }
      return filled == blob.size ? .filled(moved) : .open(moved, offset: filled)
    }
  }

  /// Finds out what a broken request has achieved.
  private func recover(_ stage: Stage) throws -> Stage {
    switch stage {
    case .unopened, .done: return stage
    case .open(let session, _), .filled(let session):
      if let (moved, offset) = uploads.status(of: session), (1...blob.size).contains(offset) {
        return offset == blob.size ? .filled(moved) : .open(moved, offset: offset)
      }
      // Perhaps only the answer was lost.
      return try uploads.exists() ? .done : .unopened
    }
  }

  /// In bytes.
  private static func offset(_ stage: Stage) -> Int64 {
    switch stage {
    case .unopened: 0
    case .open(_, let offset): offset
    case .filled, .done: .max
    }
  }
}
