import Foundation
import Testing

/// A certificate that nobody but the test trusts, and its key.
struct TestCertificate {
  let file: String
  let key: String

  /// - Parameter hosts: The names that it is for.
  init(in bench: Workbench, hosts: [String]) throws {
    let name = "\(bench.folder)/\(UUID().uuidString)"
    (file, key) = (name + ".crt", name + ".key")
    let names = hosts.map { "DNS:\($0)" }.joined(separator: ",")
    let made = try bench.run(
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
      "/CN=test", "-addext", "subjectAltName=\(names)", "-keyout", key, "-out", file)
    try #require(made.succeeded, "\(made)")
  }
}
