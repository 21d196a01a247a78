/// The head of a reply and, unless it was streamed, its body.
struct HTTPResponse: Sendable, Equatable {
  var status: Int
  var headers: [Header] = []
  /// At most what the request allowed.
  var body: [UInt8] = []
  /// Where the reply came from, after redirects.
  var address: WebAddress

  struct Header: Sendable, Equatable {
    /// Lower-case.
    let name: String
    let value: String
  }

  func header(_ name: String) -> String? {
    headers.first { $0.name == name }?.value
  }

  func headers(_ name: String) -> [String] {
    headers.filter { $0.name == name }.map(\.value)
  }

  /// In bytes, as the header says.
  var contentLength: Int64? { header("content-length").flatMap { Int64($0) } }

  var isSuccess: Bool { (200...299).contains(status) }

  /// Whether the same request may well succeed a little later.
  var isTransient: Bool { [408, 429, 500, 502, 503, 504].contains(status) }

  var isRedirect: Bool { [301, 302, 303, 307, 308].contains(status) }
}

/// Takes the body of a reply as it arrives, when its status is 200 or 206.
protocol ResponseSink: AnyObject {
  /// The head, before the first byte. Throwing ends the exchange with that error.
  func begin(_ response: HTTPResponse) throws
  func receive(_ bytes: UnsafeRawBufferPointer) throws
}
