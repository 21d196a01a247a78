import FileSystem
import Foundation
import Testing

/// An EC2 instance that SSM reaches, in an AWS of the test's own.
///
/// moto answers for AWS; `ec2_machine.py` executes what SSM is sent, as root, in a room with a
/// Docker daemon, `/var/lib` and `/mnt` of its own. A `docker-registry` with ECR's password is in
/// ECR's place.
///
/// Unchecked: the suite that has it is serialized.
final class EC2Machine: @unchecked Sendable {
  static let region = "eu-central-1"
  static let account = "123456789012"
  /// The machine of a suite with the trait ``Trait/onEC2``.
  @TaskLocal static var current: EC2Machine?

  private let bench: Workbench
  /// In the place of ECR: `AWS` and the password of `aws ecr get-login-password` are let in.
  let registry: RegistryServer
  let docker: DockerDaemon
  /// What `AWS_ENDPOINT_URL` says.
  let endpoint: String
  private(set) var instance = ""
  /// Names with digests that tests have pushed.
  var images: [String: String] = [:]
  private let process: Program
  private var folder: String { "\(bench.folder)/ec2" }

  /// The folder of the instance's runs, as this machine sees it.
  var runs: String { "\(folder)/lib/runctl/runs" }
  /// The instance's `/mnt`, as this machine sees it.
  var mnt: String { "\(folder)/mnt" }
  /// Programs that only the instance has; a test may add some, such as an `nvidia-smi`.
  var bin: String { "\(folder)/bin" }

  /// Of commands on the instance; a real one asks its metadata for its role's keys.
  var instanceVariables: [String: String] {
    Self.keys.merging(["AWS_ENDPOINT_URL": endpoint]) { $1 }
  }

  /// The instance's PATH.
  var instancePath: String { "\(bin):\(Machine.search)" }

  init() throws {
    bench = try Workbench()
    let folder = "\(bench.folder)/ec2"
    for name in ["lib", "mnt", "bin", "client"] {
      try FileTree.makeDirectories("\(folder)/\(name)")
    }
    registry = try RegistryServer(in: bench, users: try Self.users(folder))
    docker = try DockerDaemon(
      in: bench, trusting: registry, name: "ec2/docker",
      room: [
        "unshare", "--mount", "--propagation", "private", "sh", "-c",
        #"mount --bind "$1" /var/lib && mount --bind "$2" /mnt && shift 2 && exec "$@""#,
        "room", "\(folder)/lib", "\(folder)/mnt",
      ])
    let port = try Loopback.freePort()
    endpoint = "http://127.0.0.1:\(port)"
    let python = try #require(Self.python)
    try Self.writePrograms(folder, python: python, socket: docker.socket)
    let description: [String: Any] = [
      "port": Int(port), "folder": folder, "region": Self.region,
      "machines": [
        [
          "namespace": "/proc/\(docker.identifier)/ns/mnt",
          "path": "\(folder)/bin:\(Machine.search)",
          "environment": Self.keys.merging(["AWS_ENDPOINT_URL": endpoint]) { $1 },
        ]
      ],
    ]
    try JSONSerialization.data(withJSONObject: description)
      .write(to: URL(fileURLWithPath: "\(folder)/configuration"))
    process = try Program(
      [
        python, "\(Machine.package)/Tests/IntegrationTests/Support/ec2_machine.py",
        "\(folder)/configuration", "\(folder)/ready",
      ],
      environment: Machine.environment.merging(["HOME": folder]) { $1 }, scratch: folder)
    let isReady = eventually { FileTree.exists("\(folder)/ready") || !process.isRunning }
    try #require(isReady && process.isRunning, "\(process.errorsSoFar)")
    instance = try #require(
      JSONDecoder().decode(
        [String: [String]].self, from: Data(FileTree.read("\(folder)/ready")))["instances"]?.first)
  }

  deinit {
    process.terminate()
    docker.stop()
    registry.stop()
  }

  /// A project on a machine whose user may use this AWS.
  func workbench() throws -> Workbench {
    let made = try Workbench(beside: bench)
    made.environment = environment
    return made
  }

  /// What a client of this AWS is started with.
  var environment: [String: String] {
    Self.keys.merging(
      [
        "AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": Self.region, "HOME": "\(folder)/client",
        "PATH": "\(folder)/client:\(Machine.search)", "LANG": "C.UTF-8",
      ]
    ) { $1 }
  }

  private static let keys = ["AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"]

  /// The `aws` program, as the client has it.
  func aws(_ arguments: String...) throws -> ProgramResult {
    try Program(["aws"] + arguments, environment: environment, scratch: folder).wait()
  }

  /// Every script that an instance was sent, in JSON, and all else that SSM keeps of it.
  func sentCommands() throws -> [String] { try lines("commands") }

  /// Operations asked for so far, such as `AmazonSSM.SendCommand` or `PUT /bucket/key`.
  func requests() throws -> [String] { try lines("requests") }

  /// Each call of the instance's `docker`, its words quoted.
  func dockerCalls() throws -> [String] { try lines("docker-calls") }

  /// From now on nobody may do these: `ssm:PutParameter`.
  func deny(_ actions: String...) throws {
    try FileTree.replace("\(folder)/denied", with: Array(actions.joined(separator: "\n").utf8))
  }

  /// Whether the instance's agent answers.
  func setOnline(_ isOnline: Bool) throws {
    try FileTree.replace("\(folder)/offline", with: isOnline ? [] : Array(instance.utf8))
  }

  private func lines(_ name: String) throws -> [String] {
    guard FileTree.exists("\(folder)/\(name)") else { return [] }
    return String(decoding: try FileTree.read("\(folder)/\(name)"), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  /// A file of passwords with the one that moto's ECR gives out.
  private static func users(_ folder: String) throws -> String {
    let made = try Program.run(
      "htpasswd", "-Bbn", "AWS", "\(account)-auth-token", scratch: folder)
    try #require(made.succeeded, "\(made)")
    try FileTree.replace("\(folder)/users", with: Array(made.output.utf8))
    return "\(folder)/users"
  }

  private static func writePrograms(_ folder: String, python: String, socket: String) throws {
    let aws = "#!/bin/sh\nexec '\(python)' -m awscli \"$@\"\n"
    let docker = """
      #!/bin/sh
      printf "'%s' " "$@" | tr '\\n' ' ' >> '\(folder)/docker-calls'
      echo >> '\(folder)/docker-calls'
      PATH='\(Machine.search)' exec docker --host '\(socket)' "$@"

      """
    for (name, text) in ["bin/aws": aws, "client/aws": aws, "bin/docker": docker] {
      try FileTree.replace("\(folder)/\(name)", with: Array(text.utf8), permissions: 0o755)
    }
  }

  /// A Python with moto and the `aws` program's modules: that of `scripts/install-needs`, or the one
  /// on the tests' PATH.
  static let python: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? Machine.search
    let candidates =
      ["\(Machine.package)/.build/test-venv/bin/python3"]
      + path.split(separator: ":").map { "\($0)/python3" }
    guard let scratch = try? Workbench() else { return nil }
    let question = "import moto.server, awscli, sys; print(sys.executable)"
    for candidate in candidates where access(candidate, X_OK) == 0 {
      let result = try? Program.run(
        candidate, "-c", question,
        environment: Machine.environment.merging(["PATH": path]) { $1 },
        scratch: scratch.folder)
      if let result, result.succeeded {
        return result.output.split(separator: "\n").last.map(String.init)
      }
    }
    return nil
  }()
}

extension Machine {
  static let canUseEC2 = canStartDocker && has("htpasswd", "unshare") && EC2Machine.python != nil
  static let needsEC2 =
    "root, dockerd, docker-registry, htpasswd, and a Python with moto[server] and awscli are needed"
}
