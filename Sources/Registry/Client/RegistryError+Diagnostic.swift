package import Diagnostics
import OCI

extension RegistryError: ReportableError {
  package var diagnostic: Diagnostic { Diagnostic(id: id, message, help: help) }

  private var id: String {
    switch self {
    case .libcurlMissing: "libcurl-missing"
    case .transport: "registry-unreachable"
    case .unauthorized: "registry-unauthorized"
    case .denied: "registry-denied"
    case .credentialHelper: "credential-helper"
    case .credentialFile: "credential-file"
    case .credentialSource: "credential-source"
    case .notFound: "image-not-found"
    case .noMatchingPlatform: "no-matching-platform"
    case .unsupported: "registry-unsupported"
    case .malformed: "registry-malformed"
    case .digestMismatch, .sizeMismatch: "content-mismatch"
    case .tooLarge: "content-too-large"
    case .tooManyRedirects, .insecureRedirect: "registry-redirect"
    case .http: "registry-error"
    case .retryLater: "registry-rate-limit"
    case .mirrorAndRegistry(_, let registry): registry.id
    case .invalidName: "image-name"
    case .invalidMirror: "registry-mirror"
    case .cancelled: "interrupted"
    }
  }

  private var message: String {
    switch self {
    case .libcurlMissing(let reason): "libcurl cannot be loaded: \(reason)"
    case .transport(let host, let reason, _): "cannot reach registry '\(host)': \(reason)"
    case .unauthorized(let host, let subject, let lookup, let told):
      "'\(host)' asks for credentials for '\(subject)'\(lookup.remark)\(told.suffix)"
    case .denied(let host, let subject, let lookup, let told):
      "'\(host)' denies access to '\(subject)'\(lookup.remark)\(told.suffix)"
    case .credentialHelper(let helper, let reason):
      "the credential helper 'docker-credential-\(helper)' gives none: \(reason)"
    case .credentialFile(let path, let reason): "'\(path)' \(reason)"
    case .credentialSource(let place, let reason, _): "no credentials from \(place): \(reason)"
    case .notFound(let host, let subject, let told): "'\(host)' has no '\(subject)'\(told.suffix)"
    case .noMatchingPlatform(let subject, let wanted, let available):
      "'\(subject)' is not there for \(wanted)" + Self.list(available)
    case .unsupported(let subject, let reason): "'\(subject)' \(reason)"
    case .malformed(let subject, let reason): "'\(subject)' is malformed: \(reason)"
    case .digestMismatch(let subject, let expected, let actual):
      "the content of '\(subject)' is not what it should be: expected \(expected), got \(actual)"
    case .sizeMismatch(let subject, let expected, let actual):
      "'\(subject)' should have \(expected) bytes, the registry has \(actual)"
    case .tooLarge(let subject, let limit): "'\(subject)' is larger than \(limit) bytes"
    case .tooManyRedirects(let host): "'\(host)' redirects without end"
    case .insecureRedirect(let host, let target):
      "'\(host)' points to '\(target)', which is not encrypted"
    case .http(let host, let subject, let status, let told):
      "'\(host)' answers \(status) for '\(subject)'\(told.suffix)"
    case .retryLater(let host, let seconds):
      "'\(host)' limits requests and asks to come back in \(seconds) s"
    case .mirrorAndRegistry(let mirror, let registry):
      "\(registry.message); its mirror failed before: \(mirror.message)"
    case .invalidName(let name): "'\(PlainText.sanitised(name))' is not a valid image name"
    case .invalidMirror(let setting, let value):
      "'\(value)' (\(setting)) is not the address of a registry"
    case .cancelled: "interrupted"
    }
  }

  private static func list(_ platforms: [Platform]) -> String {
    guard !platforms.isEmpty else { return "" }
    let names = platforms.map { PlainText.sanitised($0.description, limit: 40) }
    let shown = names.prefix(12).joined(separator: ", ")
    return ", only for " + shown + (names.count > 12 ? ", …" : "")
  }

  private var help: String? {
    switch self {
    case .libcurlMissing: "install it: apt-get install libcurl4"
    case .transport(let host, _, let kind): kind.help(host)
    case .unauthorized(_, _, let lookup, _), .denied(_, _, let lookup, _): lookup.help
    case .credentialHelper(let helper, _):
      "install or repair docker-credential-\(helper), or take it out of Docker's config.json"
    case .credentialFile: "repair that file, or remove it and log in again"
    case .credentialSource(_, _, let help): help
    case .notFound: "check the name and the tag"
    case .noMatchingPlatform: "choose another --platform, or another image"
    case .unsupported: nil
    case .malformed: "the image has to be built and pushed again"
    case .digestMismatch, .sizeMismatch:
      "the registry, or something on the way to it, changes content; try again, or another mirror"
    case .tooLarge: "this is not an image that can be used"
    case .tooManyRedirects, .insecureRedirect: "the registry's configuration has to be corrected"
    case .http(_, _, let status, _) where status >= 500:
      "the registry has a problem; try again later"
    case .http: nil
    case .retryLater: "try again then; logging in usually raises the limit"
    case .mirrorAndRegistry(_, let registry): registry.help
    case .invalidName: "names are [HOST/]REPOSITORY[:TAG]"
    case .invalidMirror: "write http://HOST:PORT or https://HOST"
    case .cancelled: nil
    }
  }
}

extension RegistryError.TransportProblem {
  fileprivate func help(_ host: String) -> String {
    switch self {
    case .unresolved: "check the name '\(host)' and the network"
    case .unreachable: "check that a registry listens there, and HTTPS_PROXY and NO_PROXY"
    case .untrusted: "name the CA's certificate in SSL_CERT_FILE"
    case .timeout, .other: "check the network and try again"
    }
  }
}

extension ServerMessage {
  fileprivate var suffix: String {
    let text = description
    return text.isEmpty ? "" : ": " + text
  }
}
