import FileSystem
import Foundation
import Testing

/// An AWS of the test's own, played by moto on a free port.
///
/// The programs of a workbench that it was made for speak to it and to no other AWS.
final class MotoServer {
  static let account = "123456789012"
  static let region = "us-east-1"

  let address: String
  /// The host of ECR's registry.
  let registry: String
  private let scratch: String
  private let program: Program
  /// What makes `aws`, and what calls it, speak to this one.
  let environment: [String: String]

  /// - Parameter storage: What keeps ECR's images; nil is a registry that nobody can reach.
  init(in bench: Workbench, storage: RegistryServer? = nil) throws {
    let port = try Loopback.freePort()
    let front = try Loopback.freePort()
    registry = "127.0.0.1:\(front)"
    address = "http://127.0.0.1:\(port)"
    scratch = "\(bench.folder)/moto-\(UUID().uuidString)"
    try FileTree.makeDirectories(scratch)
    try FileTree.replace("\(scratch)/cloud.py", with: Array(Self.source.utf8))
    let python = try #require(CloudPrograms.python)
    program = try Program(
      [python, "\(scratch)/cloud.py", "\(port)", "\(front)", storage?.host ?? "127.0.0.1:1"],
      environment: Machine.environment.merging(
        ["AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"],
        uniquingKeysWith: { $1 }), scratch: scratch)
    environment = [
      "PATH": CloudPrograms.search, "AWS_ENDPOINT_URL": address, "AWS_REGION": Self.region,
      "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
      "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
    ]
    try #require(
      eventually { Loopback.answers(port) && Loopback.answers(front) }, "\(program.errorsSoFar)")
    bench.environment.merge(environment) { $1 }
    bench.hold(self)
  }

  deinit { program.terminate() }

  // MARK: Things in it

  /// Runs `aws` for what must succeed; its reply comes back.
  @discardableResult
  func aws(_ arguments: String...) throws -> String {
    let program = try #require(CloudPrograms.aws)
    let result = try Program(
      [program] + arguments + ["--output", "json", "--region", Self.region],
      environment: Machine.environment.merging(environment, uniquingKeysWith: { $1 }),
      scratch: scratch
    ).wait()
    try #require(result.succeeded, "\(arguments): \(result)")
    return result.output
  }

  /// Every request so far, as `POST / HTTP/1.1`.
  func requests() -> [String] {
    (program.outputSoFar + program.errorsSoFar).split(separator: "\n").compactMap { line in
      line.firstMatch(of: /"((?:GET|HEAD|POST|PUT|DELETE) [^"]*)"/).map { String($0.output.1) }
    }
  }

  /// From now on ECR takes none of the passwords that it has given out.
  func expirePasswords() throws {
    let result = try Program(
      ["curl", "--silent", "--fail", "--request", "POST", "http://\(registry)/test/expire"],
      scratch: scratch
    ).wait()
    try #require(result.succeeded, "\(result)")
  }

  /// - Parameter hasAgent: Whether SSM reaches it.
  /// - Returns: Its id.
  func startInstance(type: String = "g4dn.xlarge", hasAgent: Bool = true) throws -> String {
    let reply = try aws(
      "ec2", "run-instances", "--image-id", "ami-12c6146b", "--count", "1", "--instance-type", type,
      "--tag-specifications",
      "ResourceType=instance,Tags=[{Key=Name,Value=trainer},"
        + "{Key=agent,Value=\(hasAgent ? "ssm" : "none")}]")
    let match = try #require(reply.firstMatch(of: /"InstanceId": "(i-[0-9a-f]+)"/), "\(reply)")
    return String(match.1)
  }
}
