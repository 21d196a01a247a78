import CCurl

/// The life of one exchange: what libcurl's callbacks read and what they gather.
///
/// Used by the thread that performs the exchange only; libcurl calls back on that thread.
final class CurlExchange {
  let request: HTTPRequest
  private let sink: (any ResponseSink)?
  private let progress: ((Int64) -> Void)?
  private let isCancelled: @Sendable () -> Bool
  private var response: HTTPResponse
  private var headBytes = 0
  private var bodyOffset: Int64 = 0
  private var isStreaming = false
  private var hasBegun = false
  private var stalls: StallWatch
  /// Why a callback stopped the exchange.
  private var stop: (any Error)?
  /// The body is not of interest any more; what came is the reply.
  private var isCutShort = false

  /// A head larger than this is not a registry's, in bytes.
  private static let headLimit = 256 << 10
  private static let bufferSize = 256 << 10

  init(
    _ request: HTTPRequest, sink: (any ResponseSink)?, progress: ((Int64) -> Void)?,
    isCancelled: @escaping @Sendable () -> Bool
  ) {
    self.request = request
    self.sink = sink
    self.progress = progress
    self.isCancelled = isCancelled
    response = HTTPResponse(status: 0, address: request.address)
    stalls = StallWatch(toSend: request.body.size ?? 0)
  }

  /// The request's parts that do not borrow memory. Valid while this object lives.
  var callbacks: CCurlRequest {
    var raw = CCurlRequest()
    raw.body_size = request.body.size ?? -1
    raw.connect_timeout_seconds = 15
    raw.buffer_size = Self.bufferSize
    raw.context = Unmanaged.passUnretained(self).toOpaque()
    raw.on_header = { context, bytes, count in
      CurlExchange.of(context).takeHeader(UnsafeRawBufferPointer(start: bytes, count: count))
        ? 1 : 0
    }
    raw.on_body = { context, bytes, count in
      CurlExchange.of(context).takeBody(UnsafeRawBufferPointer(start: bytes, count: count)) ? 1 : 0
    }
    raw.read_body = { context, buffer, capacity in
      CurlExchange.of(context).fill(
        UnsafeMutableRawBufferPointer(start: buffer, count: capacity)) ?? Int(bitPattern: .max)
    }
    raw.seek_body = { context, offset in
      CurlExchange.of(context).bodyOffset = offset
      return 1
    }
    raw.on_progress = { context, received, sent in
      CurlExchange.of(context).mayContinue(received: received, sent: sent) ? 1 : 0
    }
    return raw
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> CurlExchange {
    // The context is set in `callbacks` and never nil.
    Unmanaged<CurlExchange>.fromOpaque(context.unsafelyUnwrapped).takeUnretainedValue()
  }

  /// What the exchange came to.
  func finish(_ end: CCurlEnd, reason: String) throws -> HTTPResponse {
    if let stop { throw stop }
    if end == .done || isCutShort {
      if !hasBegun { try beginStreaming() }
      return response
    }
    throw failure(Self.kind(end), reason)
  }

  private func failure(_ kind: TransportFailure.Kind, _ reason: String) -> TransportFailure {
    TransportFailure(
      kind: kind, origin: request.address.origin, reason: PlainText.sanitised(reason))
  }

  private static func kind(_ end: CCurlEnd) -> TransportFailure.Kind {
    switch end {
    case .unresolved: .unresolved
    case .unreachable: .unreachable
    case .timeout: .timeout
    case .broken: .broken
    case .handshake: .handshake
    case .untrusted: .untrusted
    case .done, .stopped, .other: .other
    }
  }

  // MARK: What arrives

  private func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
    headBytes += bytes.count
    guard headBytes <= Self.headLimit else {
      stop = failure(.replyTooLarge, "the head of the reply is too large")
      return false
    }
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      // A reply may be preceded by interim ones; the last head counts.
      let fields = line.split(separator: " ", maxSplits: 2)
      response.status = fields.count > 1 ? Int(fields[1].prefix { $0.isNumber }) ?? 0 : 0
      response.headers = []
    } else if let colon = line.firstIndex(of: ":") {
      response.headers.append(
        HTTPResponse.Header(
          name: line[..<colon].lowercased(),
          value: Self.trimmed(line[line.index(after: colon)...])))
    }
    return true
  }

  private static func trimmed(_ text: Substring) -> String {
    var rest = text
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }

  private func beginStreaming() throws {
    hasBegun = true
    guard let sink, response.status == 200 || response.status == 206 else { return }
    isStreaming = true
    try sink.begin(response)
  }

  private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    do {
      if !hasBegun { try beginStreaming() }
      if isStreaming {
        try sink?.receive(bytes)
        return true
      }
    } catch {
      stop = error
      return false
    }
    let room = request.replyLimit - response.body.count
    response.body.append(contentsOf: bytes.prefix(max(0, room)))
    guard bytes.count > room else { return true }
    // Of an error page the beginning is enough.
    if response.isSuccess {
      stop = failure(.replyTooLarge, "the reply is larger than \(request.replyLimit) bytes")
    } else {
      isCutShort = true
    }
    return false
  }

  // MARK: What goes out

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
    do {
      let count = try request.body.read(at: bodyOffset, into: buffer)
      bodyOffset += Int64(count)
      return count
    } catch {
      stop = error
      return nil
    }
  }

  private func mayContinue(received: Int64, sent: Int64) -> Bool {
    if isCancelled() {
      stop = failure(.cancelled, "interrupted")
      return false
    }
    if sent > 0 { progress?(sent) }
    guard stalls.hasStalled(received: received, sent: sent, now: MonotonicTime.now()) else {
      return true
    }
    stop = failure(.timeout, "nothing was transferred for too long")
    return false
  }
}
