import FileSystem
import Foundation
import Testing

/// A distribution registry on a free port of the loopback device, with files of its own.
final class RegistryServer {
  let host: String
  private let folder: String
  private let program: Program

  /// - Parameters:
  ///   - users: A file as `htpasswd` writes it: then nobody is let in without a password.
  ///   - tokens: Who gives out tokens, without which nobody is let in.
  ///   - certificate: With what it speaks TLS.
  init(
    in bench: Workbench, users: String? = nil, tokens: TokenServer? = nil,
    certificate: TestCertificate? = nil
  ) throws {
    folder = "\(bench.folder)/registry-\(UUID().uuidString)"
    try FileTree.makeDirectories(folder)
    let port = try Loopback.freePort()
    host = "127.0.0.1:\(port)"
    var lines = [
      "version: 0.1", "log: {level: error, accesslog: {disabled: false}}",
      "storage: {filesystem: {rootdirectory: \(folder)/data}, delete: {enabled: true}}",
      "http: {addr: \(host)"
        + (certificate.map { ", tls: {certificate: \($0.file), key: \($0.key)}" } ?? "") + "}",
    ]
    if let tokens { lines.append(tokens.setting) }
    if let users { lines.append("auth: {htpasswd: {realm: test, path: \(users)}}") }
    try FileTree.replace("\(folder)/config.yml", with: Array(lines.joined(separator: "\n").utf8))
    program = try Program(["docker-registry", "serve", "\(folder)/config.yml"], scratch: folder)
    try #require(eventually { Loopback.answers(port) }, "\(program.errorsSoFar)")
    bench.hold(self)
  }

  deinit { stop() }

  /// Nobody answers any more.
  func stop() { program.terminate() }

  /// Every request so far, as `GET /v2/…`.
  func requests() -> [String] {
    (program.outputSoFar + program.errorsSoFar).split(separator: "\n").compactMap { line in
      line.firstMatch(of: /"((?:GET|HEAD|POST|PATCH|PUT|DELETE) [^ ]+) HTTP/).map {
        String($0.output.1)
      }
    }
  }

  /// Asks or tells it something, as `curl` does.
  @discardableResult
  func curl(_ arguments: String...) throws -> String {
    let made = try Program(
      ["curl", "--silent", "--show-error", "--fail"] + arguments, scratch: folder)
    let result = try made.wait()
    try #require(result.succeeded, "\(result)")
    return result.output
  }

  /// What a tag means, as the registry says.
  func digest(of name: String, _ tag: String) throws -> String {
    let text = try curl(
      "--head", "--header", "Accept: application/vnd.oci.image.manifest.v1+json",
      "http://\(host)/v2/\(name)/manifests/\(tag)")
    let match = try #require(
      text.firstMatch(of: /(?i)docker-content-digest: sha256:([0-9a-f]{64})/), "\(text)")
    return String(match.output.1)
  }

  /// Everything in it is gone.
  func empty() throws { try FileTree.remove("\(folder)/data/docker") }

  /// The blobs it has, manifests among them, in hexadecimal.
  func blobs() throws -> Set<String> {
    let root = "\(folder)/data/docker/registry/v2/blobs/sha256"
    guard FileTree.exists(root) else { return [] }
    let groups = try FileManager.default.contentsOfDirectory(atPath: root)
    return Set(
      try groups.flatMap { try FileManager.default.contentsOfDirectory(atPath: "\(root)/\($0)") })
  }
}
