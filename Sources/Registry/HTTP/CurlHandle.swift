import CCurl

/// A libcurl handle with its open connections, closed with this object.
///
/// `@unchecked Sendable`: libcurl lets a handle go from thread to thread as long as one uses it at
/// a time. `CurlTransport` takes it out of its pool, under a lock, before it is used, and puts it
/// back afterwards, so it always has exactly one owner.
final class CurlHandle: @unchecked Sendable {
  private let raw: OpaquePointer

  /// - Returns: nil when there is no memory. The library must be loaded.
  init?() {
    guard let raw = ccurl_open() else { return nil }
    self.raw = raw
  }

  deinit { ccurl_close(raw) }

  func perform(_ request: inout CCurlRequest) -> CCurlEnd { ccurl_perform(raw, &request) }

  /// What went wrong in the last exchange.
  var reason: String { String(cString: ccurl_reason(raw)) }
}

/// Header lines as libcurl wants them, freed with this object.
final class CurlHeaderList {
  private(set) var pointer: OpaquePointer?

  init(_ headers: [(name: String, value: String)], origin: WebAddress.Origin) throws {
    // "Expect: 100-continue" costs a second with registries that do not answer it.
    for header in [("User-Agent", "runctl"), ("Expect", "")] + headers {
      let line = header.1.isEmpty ? header.0 + ":" : header.0 + ": " + header.1
      guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }),
        let longer = ccurl_headers_append(pointer, line)
      else {
        throw TransportFailure(kind: .other, origin: origin, reason: "a header is not valid")
      }
      pointer = longer
    }
  }

  deinit { ccurl_headers_free(pointer) }
}
