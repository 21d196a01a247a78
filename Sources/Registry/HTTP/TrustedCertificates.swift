import Glibc

/// Where the certificates are that a registry's TLS is checked against.
///
/// OpenSSL's variables `SSL_CERT_FILE` and `SSL_CERT_DIR`, else the bundle of Debian, else that of
/// Fedora, Alpine or openSUSE, else what libcurl was built with.
struct TrustedCertificates: Sendable {
  let file: String?
  let directory: String?

  static let bundles = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem",
  ]

  init(environment: [String: String]) {
    let named = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
    file = named ?? Self.bundles.first { access($0, R_OK) == 0 }
    directory = environment["SSL_CERT_DIR"].flatMap { $0.isEmpty ? nil : $0 }
  }
}
