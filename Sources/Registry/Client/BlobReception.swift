import OCI

/// Takes in the answers to requests for one blob, and writes each byte once.
final class BlobReception: ResponseSink {
  private let blob: Descriptor
  private let writer: any BlobWriter
  private let subject: String
  private let progress: (Int64) -> Void
  /// In bytes.
  private(set) var written: Int64 = 0
  /// Bytes at the start of this answer that are here already.
  private var repeated: Int64 = 0
  /// Whether the bytes are from more than one answer.
  private(set) var isPieced = false
  /// Whether it makes sense to ask for a range.
  var rangesWork = true

  init(
    of blob: Descriptor, by writer: any BlobWriter, subject: String,
    progress: @escaping (Int64) -> Void
  ) {
    self.blob = blob
    self.writer = writer
    self.subject = subject
    self.progress = progress
  }

  var isComplete: Bool { written == blob.size }

  func commit() throws -> (digest: Digest, size: Int64) {
    try writer.commit(expecting: blob.digest)
  }

  func begin(_ response: HTTPResponse) throws {
    if written > 0 { isPieced = true }
    guard response.status == 206 else {
      repeated = written
      return try check(total: response.contentLength)
    }
    guard let range = ContentRange(response.header("content-range") ?? ""), range.first <= written
    else {
      rangesWork = false
      throw Setback.transport(
        TransportFailure(
          kind: .broken, origin: response.address.origin, reason: "the range is a wrong one"))
    }
    repeated = written - range.first
    try check(total: range.total)
  }

  private func check(total: Int64?) throws {
    guard let total, total != blob.size else { return }
    throw RegistryError.sizeMismatch(subject: subject, expected: blob.size, actual: total)
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws {
    let skipped = Int(min(repeated, Int64(bytes.count)))
    repeated -= Int64(skipped)
    let new = UnsafeRawBufferPointer(rebasing: bytes[skipped...])
    guard !new.isEmpty else { return }
    guard written + Int64(new.count) <= blob.size else {
      throw RegistryError.tooLarge(subject: subject, limit: blob.size)
    }
    try writer.write(new)
    written += Int64(new.count)
    progress(written)
  }
}

/// `bytes 0-99/200`: which part of a whole an answer is.
///
/// Source: RFC 9110, 14.4.
struct ContentRange: Equatable {
  let first: Int64
  let last: Int64
  /// In bytes; nil when it is `*`.
  let total: Int64?

  init?(_ text: String) {
    guard text.lowercased().hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let range = UploadedRange(parts[0]) else { return nil }
    first = range.first
    last = range.last
    total = Int64(parts[1])
    guard total != nil || parts[1] == "*" else { return nil }
  }
}

/// `0-99`, both included, as upload sessions say how far they are. Some write `bytes=` before it.
struct UploadedRange: Equatable {
  let first: Int64
  let last: Int64

  init?(_ text: some StringProtocol) {
    let bare = text.hasPrefix("bytes=") ? text.dropFirst(6) : text.dropFirst(0)
    let ends = bare.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]), first >= 0,
      last >= first, last < .max
    else { return nil }
    self.first = first
    self.last = last
  }
}
