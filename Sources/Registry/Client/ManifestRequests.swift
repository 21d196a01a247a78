import OCI

/// The requests about manifests at one endpoint.
struct ManifestRequests: Sendable {
  let courier: Courier
  let endpoint: Endpoint
  let limits: TransferLimits

  /// A manifest or index as it came, checked against its digest.
  struct Document: Sendable {
    let bytes: [UInt8]
    let digest: Digest
    /// As the registry says, without parameters.
    let contentType: MediaType
  }

  /// Also schema 1, so that an image of that age is named as such and not as missing.
  private static let accepted: [MediaType] = [
    .imageManifest, .imageIndex, .dockerManifest, .dockerManifestList,
    MediaType(rawValue: "application/vnd.docker.distribution.manifest.v1+prettyjws"),
  ]

  func get(_ reference: ImageReference) throws -> Document {
    var request = HTTPRequest(.get, address(reference))
    request.headers.append(("Accept", Self.accept))
    request.replyLimit = limits.manifest
    let errand = errand(reference, endpoint.pullScope(reference.repository))
    let response = try courier.deliver(request, errand)
    guard response.status == 200 else { throw courier.failure(response, errand) }
    let digest = SHA256.digest(of: response.body)
    let promised = reference.digest ?? Self.digest(of: response)
    if let promised, promised != digest {
      throw RegistryError.digestMismatch(
        subject: reference.familiar, expected: promised, actual: digest)
    }
    return Document(
      bytes: response.body, digest: digest, contentType: Self.contentType(of: response))
  }

  func head(_ reference: ImageReference) throws -> Descriptor? {
    var request = HTTPRequest(.head, address(reference))
    request.headers.append(("Accept", Self.accept))
    let errand = errand(reference, endpoint.pullScope(reference.repository))
    let response = try courier.deliver(request, errand)
    switch response.status {
    case 200:
      guard let digest = Self.digest(of: response), let size = response.contentLength else {
        return try describe(reference)
      }
      return Descriptor(mediaType: Self.contentType(of: response), digest: digest, size: size)
    case 404: return nil
    case 400, 405, 501: return try describe(reference)
    default: throw courier.failure(response, errand)
    }
  }

  /// For registries whose HEAD says too little.
  private func describe(_ reference: ImageReference) throws -> Descriptor? {
    do {
      let document = try get(reference)
      return Descriptor(
        mediaType: document.contentType, digest: document.digest, size: Int64(document.bytes.count))
    } catch let error as RegistryError where error.isNotFound {
      return nil
    }
  }

  func put(_ bytes: [UInt8], mediaType: MediaType, to reference: ImageReference) throws -> Digest {
    let digest = SHA256.digest(of: bytes)
    var request = HTTPRequest(.put, address(reference))
    request.headers.append(("Content-Type", mediaType.rawValue))
    request.body = .bytes(bytes)
    let errand = errand(reference, endpoint.pushScope(reference.repository))
    let response = try courier.deliver(request, errand)
    guard response.isSuccess else { throw courier.failure(response, errand) }
    if let stored = Self.digest(of: response), stored != digest {
      throw RegistryError.digestMismatch(
        subject: reference.familiar, expected: digest, actual: stored)
    }
    return digest
  }

  /// A small blob as a whole, checked.
  func blob(_ blob: Descriptor, of reference: ImageReference) throws -> [UInt8] {
    guard blob.size >= 0, blob.size <= Int64(limits.config) else {
      throw RegistryError.tooLarge(subject: reference.familiar, limit: Int64(limits.config))
    }
    var request = HTTPRequest(
      .get, endpoint.address(reference.repository, "blobs/\(blob.digest)"))
    request.replyLimit = Int(blob.size)
    let errand = errand(reference, endpoint.pullScope(reference.repository))
    let response = try courier.deliver(request, errand)
    guard response.status == 200 else { throw courier.failure(response, errand) }
    try Self.verify(response.body, against: blob, subject: reference.familiar)
    return response.body
  }

  static func verify(_ bytes: [UInt8], against blob: Descriptor, subject: String) throws {
    guard bytes.count == blob.size else {
      throw RegistryError.sizeMismatch(
        subject: subject, expected: blob.size, actual: Int64(bytes.count))
    }
    let actual = SHA256.digest(of: bytes)
    guard actual == blob.digest else {
      throw RegistryError.digestMismatch(subject: subject, expected: blob.digest, actual: actual)
    }
  }

  private func errand(_ reference: ImageReference, _ scope: AccessScope) -> Courier.Errand {
    Courier.Errand(endpoint: endpoint, scope: scope, subject: reference.familiar)
  }

  private func address(_ reference: ImageReference) -> WebAddress {
    let name = reference.digest?.description ?? reference.tag ?? "latest"
    return endpoint.address(reference.repository, "manifests/" + name)
  }

  private static let accept = accepted.map(\.rawValue).joined(separator: ", ")

  private static func digest(of response: HTTPResponse) -> Digest? {
    response.header("docker-content-digest").flatMap { Digest($0) }
  }

  private static func contentType(of response: HTTPResponse) -> MediaType {
    let value = (response.header("content-type") ?? "").prefix { $0 != ";" && $0 != " " }
    return MediaType(rawValue: value.lowercased())
  }
}
