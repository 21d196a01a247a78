package import OCI

/// Why a registry could not be used.
///
/// `subject` is the reference, repository or blob that it is about, as a person knows it. No case
/// holds a secret.
package indirect enum RegistryError: Error, Sendable, Hashable {
  case libcurlMissing(reason: String)
  /// There is no reply: name, connection, TLS, or time.
  case transport(host: String, reason: String, kind: TransportProblem)
  case unauthorized(
    host: String, subject: String, credentials: CredentialLookup, told: ServerMessage)
  case denied(host: String, subject: String, credentials: CredentialLookup, told: ServerMessage)
  /// The program `docker-credential-<helper>` cannot be asked, or failed.
  case credentialHelper(helper: String, reason: String)
  case credentialFile(path: String, reason: String)
  /// Another place of credentials cannot be asked.
  case credentialSource(place: String, reason: String, help: String?)
  case notFound(host: String, subject: String, told: ServerMessage)
  case noMatchingPlatform(subject: String, wanted: Platform, available: [Platform])
  case unsupported(subject: String, reason: String)
  case malformed(subject: String, reason: String)
  case digestMismatch(subject: String, expected: Digest, actual: Digest)
  /// Both in bytes.
  case sizeMismatch(subject: String, expected: Int64, actual: Int64)
  /// In bytes.
  case tooLarge(subject: String, limit: Int64)
  case tooManyRedirects(host: String)
  /// A registry behind TLS pointed to a place without.
  case insecureRedirect(host: String, target: String)
  case http(host: String, subject: String, status: Int, told: ServerMessage)
  case retryLater(host: String, seconds: Int64)
  case mirrorAndRegistry(mirror: RegistryError, registry: RegistryError)
  case invalidName(String)
  case invalidMirror(setting: String, value: String)
  case cancelled

  package enum TransportProblem: Sendable, Hashable {
    case unresolved
    case unreachable
    case untrusted
    case timeout
    case other
  }

  /// Whether the way out is to log in, or to be given a right.
  package var isCredentialProblem: Bool {
    switch self {
    case .unauthorized, .denied, .credentialHelper, .credentialFile, .credentialSource: true
    case .mirrorAndRegistry(_, let registry): registry.isCredentialProblem
    default: false
    }
  }

  /// Whether the registry answered, and has no such thing.
  package var isNotFound: Bool {
    switch self {
    case .notFound: true
    case .mirrorAndRegistry(_, let registry): registry.isNotFound
    default: false
    }
  }
}
