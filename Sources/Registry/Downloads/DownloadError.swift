package import Diagnostics
package import OCI

/// Why a file could not be had from the address that an ADD names. No case holds a secret: addresses
/// are without what lets people in.
package enum DownloadError: ReportableError, Equatable {
  case invalidAddress(url: String)
  /// There is no answer: name, connection, TLS, or time.
  case unreachable(url: String, reason: String)
  case refused(url: String, status: Int)
  case redirected(url: String, reason: String)
  /// In bytes.
  case tooLarge(url: String, limit: Int64)
  case otherContent(url: String, expected: Digest, actual: Digest, isPinned: Bool)

  package var diagnostic: Diagnostic { Diagnostic(id: id, message, help: help) }

  private var id: String {
    switch self {
    case .otherContent: "checksum-mismatch"
    case .invalidAddress: "invalid-address"
    default: "download-failed"
    }
  }

  private var message: String {
    switch self {
    case .invalidAddress(let url): "'\(url)' is not an address that can be fetched"
    case .unreachable(let url, let reason): "cannot fetch '\(url)': \(reason)"
    case .refused(let url, let status): "cannot fetch '\(url)': the server answers \(status)"
    case .redirected(let url, let reason): "cannot fetch '\(url)': \(reason)"
    case .tooLarge(let url, let limit): "'\(url)' is larger than \(limit >> 30) GiB"
    case .otherContent(let url, let expected, let actual, _):
      "'\(url)' is not what it should be: expected \(expected), got \(actual)"
    }
  }

  private var help: String? {
    switch self {
    case .invalidAddress: "write http://HOST/PATH or https://HOST/PATH"
    case .unreachable: "check the name, the network and the proxy (HTTPS_PROXY, NO_PROXY)"
    case .refused(_, 401), .refused(_, 403):
      "fetch it in a RUN with a secret, or put it into the context"
    case .refused(_, 404), .refused(_, 410): "check the address"
    case .refused: "try again later"
    case .redirected: "write the address that it leads to"
    case .tooLarge: "put it into the context"
    case .otherContent(let url, _, _, isPinned: true):
      "take what is there now: runctl lock --update \(url)"
    case .otherContent: "correct --checksum if the new content is what you want"
    }
  }

  /// Whether nothing was said about what is there, and may be another time.
  package var isSilence: Bool {
    switch self {
    case .unreachable: true
    case .refused(_, let status): status >= 500 || status == 429
    default: false
    }
  }

  /// Whether there is nothing at the address any more.
  package var isGone: Bool {
    switch self {
    case .refused(_, let status): status == 404 || status == 410
    default: false
    }
  }
}
