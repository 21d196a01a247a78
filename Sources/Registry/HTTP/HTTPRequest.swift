import OCI

/// One request, as it goes over the wire.
struct HTTPRequest: Sendable {
  enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  var method: Method
  var address: WebAddress
  var headers: [(name: String, value: String)] = []
  var body: HTTPBody = .none
  /// How much of a reply is held in memory, in bytes; a larger one is a failure.
  var replyLimit = HTTPRequest.smallReply

  /// Whether the body holds a secret, which no redirect may take to another host.
  var isConfidential = false

  static let smallReply = 64 << 10

  init(_ method: Method, _ address: WebAddress) {
    self.method = method
    self.address = address
  }
}

/// What a request carries. It can be sent again from its start.
enum HTTPBody: Sendable {
  /// A GET or HEAD; for the other methods an empty body is `.bytes([])`.
  case none
  case bytes([UInt8])
  /// A part of a blob; the range is in bytes.
  case blob(any BlobReader, Range<Int64>)

  /// In bytes; nil when there is no body.
  var size: Int64? {
    switch self {
    case .none: nil
    case .bytes(let bytes): Int64(bytes.count)
    case .blob(_, let range): range.upperBound - range.lowerBound
    }
  }

  /// - Parameter offset: From the start of the body, in bytes.
  func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    switch self {
    case .none: return 0
    case .bytes(let bytes):
      let part = bytes[min(Int(offset), bytes.count)...].prefix(buffer.count)
      buffer.copyBytes(from: part)
      return part.count
    case .blob(let reader, let range):
      let left = range.upperBound - range.lowerBound - offset
      let count = Int(min(left, Int64(buffer.count)))
      guard count > 0 else { return 0 }
      return try reader.read(
        at: range.lowerBound + offset, into: .init(rebasing: buffer[..<count]))
    }
  }
}
