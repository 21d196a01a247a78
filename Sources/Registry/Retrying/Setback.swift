/// A failure that may pass.
enum Setback: Error {
  case transport(TransportFailure)
  /// A transient status.
  case status(HTTPResponse)

  var origin: WebAddress.Origin {
    switch self {
    case .transport(let failure): failure.origin
    case .status(let response): response.address.origin
    }
  }
}
