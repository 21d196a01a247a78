import CCurl
import Synchronization

/// HTTP over libcurl. Idle handles are kept, and with them their open connections.
final class CurlTransport: HTTPTransport {
  private struct Idle {
    let origin: WebAddress.Origin
    let handle: CurlHandle
  }

  /// More threads than this speak to registries at a time only for moments.
  private static let maximumIdle = 32

  private let certificates: TrustedCertificates
  /// For plain HTTP: libcurl reads only the lower-case variable by itself.
  private let plainProxy: String?
  private let isCancelled: @Sendable () -> Bool
  private let idle = Mutex<[Idle]>([])

  init(environment: [String: String], isCancelled: @escaping @Sendable () -> Bool) {
    certificates = TrustedCertificates(environment: environment)
    plainProxy = environment["http_proxy"] == nil ? environment["HTTP_PROXY"] : nil
    self.isCancelled = isCancelled
  }

  /// Whether there is a libcurl; loads it.
  static var isAvailable: Bool { ccurl_load() == nil }

  func perform(
    _ request: HTTPRequest, into sink: (any ResponseSink)?, progress: ((Int64) -> Void)?
  ) throws -> HTTPResponse {
    let origin = request.address.origin
    if let reason = ccurl_load() {
      throw TransportFailure(
        kind: .libraryMissing, origin: origin, reason: String(cString: reason))
    }
    let handle = try takeHandle(for: origin)
    let exchange = CurlExchange(
      request, sink: sink, progress: progress, isCancelled: isCancelled)
    let end = try perform(exchange, on: handle)
    let reason = handle.reason
    idle.withLock {
      if $0.count < Self.maximumIdle { $0.append(Idle(origin: origin, handle: handle)) }
    }
    return try exchange.finish(end, reason: reason)
  }

  /// One that spoke to this host last, if there is one: its connection is still open.
  private func takeHandle(for origin: WebAddress.Origin) throws -> CurlHandle {
    let found = idle.withLock { idle -> CurlHandle? in
      guard let index = idle.lastIndex(where: { $0.origin == origin }) else { return nil }
      return idle.remove(at: index).handle
    }
    guard let handle = found ?? CurlHandle() else {
      throw TransportFailure(kind: .other, origin: origin, reason: "out of memory")
    }
    return handle
  }

  private func perform(_ exchange: CurlExchange, on handle: CurlHandle) throws -> CCurlEnd {
    let request = exchange.request
    let headers = try CurlHeaderList(request.headers, origin: request.address.origin)
    let isLoopback = request.address.origin.isLoopback
    return withOptionalCString(certificates.file) { file in
      withOptionalCString(certificates.directory) { directory in
        withOptionalCString(request.address.origin.scheme == .http ? plainProxy : nil) { proxy in
          request.method.rawValue.withCString { method in
            request.address.description.withCString { url in
              "*".withCString { everything in
                var raw = exchange.callbacks
                raw.method = method
                raw.url = url
                raw.headers = headers.pointer
                raw.ca_file = file
                raw.ca_directory = directory
                raw.proxy = isLoopback ? nil : proxy
                raw.no_proxy = isLoopback ? everything : nil
                return handle.perform(&raw)
              }
            }
          }
        }
      }
    }
  }
}

private func withOptionalCString<Result>(
  _ text: String?, _ body: (UnsafePointer<CChar>?) -> Result
) -> Result {
  guard let text else { return body(nil) }
  return text.withCString { body($0) }
}
