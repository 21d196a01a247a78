import FileSystem
import Foundation
import Testing

/// A distribution registry on a free port of the loopback device, with files of its own.
final class RegistryServer {
  let host: String
  private let folder: String
  private let program: Program

  /// - Parameter users: A file as `htpasswd` writes it: then nobody is let in without a password.
  init(in bench: Workbench, users: String? = nil) throws {
    folder = "\(bench.folder)/registry-\(UUID().uuidString)"
    try FileTree.makeDirectories(folder)
    let port = try Self.freePort()
    host = "127.0.0.1:\(port)"
    var lines = [
      "version: 0.1", "log: {level: error, accesslog: {disabled: true}}",
      "storage: {filesystem: {rootdirectory: \(folder)/data}}", "http: {addr: \(host)}",
    ]
    if let users { lines.append("auth: {htpasswd: {realm: test, path: \(users)}}") }
    try FileTree.replace("\(folder)/config.yml", with: Array(lines.joined(separator: "\n").utf8))
    program = try Program(["docker-registry", "serve", "\(folder)/config.yml"], scratch: folder)
    try #require(eventually { Self.answers(port) }, "\(program.errorsSoFar)")
    bench.hold(self)
  }

  deinit { program.terminate() }

  /// The blobs it has, manifests among them, in hexadecimal.
  func blobs() throws -> Set<String> {
    let root = "\(folder)/data/docker/registry/v2/blobs/sha256"
    guard FileTree.exists(root) else { return [] }
    let groups = try FileManager.default.contentsOfDirectory(atPath: root)
    return Set(
      try groups.flatMap { try FileManager.default.contentsOfDirectory(atPath: "\(root)/\($0)") })
  }

  private static func freePort() throws -> UInt16 {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withSocketAddress(&address) { bind(socket, $0, length) } == 0
    try #require(isBound)
    _ = withSocketAddress(&address) { getsockname(socket, $0, &length) }
    return UInt16(bigEndian: address.sin_port)
  }

  private static func answers(_ port: UInt16) -> Bool {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = loopback(port: port)
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withSocketAddress(&address) { connect(socket, $0, length) } == 0
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  private static func withSocketAddress<Result>(
    _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Result
  ) -> Result {
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
    }
  }
}
