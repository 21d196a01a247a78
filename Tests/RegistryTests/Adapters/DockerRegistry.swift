import FileSystem
import Foundation
import Glibc

/// A real registry, Debian's `docker-registry`, on a free loopback port with a folder of its own.
final class DockerRegistry {
  static let program = "/usr/bin/docker-registry"
  static let isInstalled = access(program, X_OK) == 0
  static let user = "user"
  static let password = "secret"
  /// bcrypt of the password above.
  private static let passwordFile =
    "user:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n"

  let folder: String
  let host: String
  private let process = Process()
  private let log = Pipe()

  init(withLogin: Bool = false) throws {
    folder = NSTemporaryDirectory() + "runctl-registry-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var configuration = """
      version: 0.1
      log: {level: info, accesslog: {disabled: true}}
      storage: {filesystem: {rootdirectory: \(folder)/data}}
      http: {addr: "127.0.0.1:0"}

      """
    if withLogin {
      try File.create(folder + "/htpasswd").write(Array(Self.passwordFile.utf8))
      configuration += "auth: {htpasswd: {realm: test, path: \(folder)/htpasswd}}\n"
    }
    try File.create(folder + "/config.yml").write(Array(configuration.utf8))
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = ["serve", folder + "/config.yml"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = log
    try process.run()
    host = try Self.address(in: log)
    // A full pipe would stop the registry.
    log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
  }

  deinit {
    log.fileHandleForReading.readabilityHandler = nil
    process.terminate()
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  private struct DidNotStart: Error {
    let output: String
  }

  /// The registry says where it listens, and from then on it does.
  private static func address(in log: Pipe) throws -> String {
    var output = ""
    while true {
      let more = log.fileHandleForReading.availableData
      output += String(decoding: more, as: UTF8.self)
      if let match = output.firstMatch(of: /listening on (127\.0\.0\.1:[0-9]+)/) {
        return String(match.1)
      }
      if more.isEmpty { throw DidNotStart(output: output) }
    }
  }
}
