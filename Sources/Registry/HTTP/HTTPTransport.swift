/// Performs one exchange. Follows no redirect, adds no credentials, tries once.
protocol HTTPTransport: Sendable {
  /// - Parameters:
  ///   - sink: Gets the body of a 200 or 206; nil keeps it in the response.
  ///   - progress: Is told how many bytes of the request's body went out.
  /// - Throws: ``TransportFailure``, or what `sink` or the request's body threw.
  func perform(
    _ request: HTTPRequest, into sink: (any ResponseSink)?, progress: ((Int64) -> Void)?
  ) throws -> HTTPResponse
}

/// Why an exchange has no reply.
struct TransportFailure: Error, Equatable {
  enum Kind: Sendable, Equatable {
    case unresolved
    case unreachable
    case timeout
    case broken
    case handshake
    case untrusted
    case replyTooLarge
    case cancelled
    case libraryMissing
    case other
  }

  let kind: Kind
  let origin: WebAddress.Origin
  /// For a person.
  let reason: String

  /// How often the exchange is tried in all: connections that break are worth more patience than
  /// hosts that are not there.
  var attempts: Int {
    switch kind {
    case .timeout, .broken: .max
    case .unresolved, .unreachable, .handshake: 3
    case .untrusted, .replyTooLarge, .cancelled, .libraryMissing, .other: 1
    }
  }
}
