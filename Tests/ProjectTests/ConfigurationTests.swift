import Diagnostics
import FileSystem
import Glibc
import OCI
import Testing

@testable import Project

struct ConfigurationTests {
  private static let usersFile = """
    [aws]
    region = "eu-west-1"
    s3_bucket = "team-bucket"

    [docker]
    # Where images go
    ecr_registry = "210987654321.dkr.ecr.eu-west-1.amazonaws.com"

    dockerhub_username = "somebody"
    dockerhub_password = "hunter2"  # or the environment

    build_args = ["CUDA_VERSION=12.1"]
    cache_from = ["team/train:latest"]
    """

  /// The file that this project's user has, where it is at hand.
  private static let fixture: [UInt8]? = {
    let folder = getenv("RUNCTL_FIXTURES").map { String(cString: $0) } ?? "../shared/fixtures/user"
    return try? FileTree.read(folder + "/runctl.toml")
  }()

  @Test func whatPeopleWriteTodayIsUnderstood() {
    let (configuration, diagnostics) = Configuration.parse(
      SourceFile(name: ".runctl.toml", text: Self.usersFile))
    #expect(diagnostics.map(\.severity) == [.warning])
    #expect(diagnostics.map(\.message) == ["'docker.cache_from' has no effect yet"])
    #expect(configuration.aws.region?.value == "eu-west-1")
    #expect(configuration.docker.dockerHubPassword?.value.reveal() == "hunter2")
    #expect(configuration.docker.buildArguments.map(\.value.name) == ["CUDA_VERSION"])
    #expect(configuration.docker.buildArguments.map(\.value.value) == ["12.1"])
  }

  @Test(.enabled(if: fixture != nil, "the user's own files are not here"))
  func theUsersOwnFileHasNoError() throws {
    let bytes = try #require(Self.fixture)
    let (configuration, diagnostics) = Configuration.parse(
      SourceFile(name: "runctl.toml", bytes: bytes))
    #expect(!diagnostics.contains { $0.severity == .error })
    #expect(configuration.docker.ecrRegistry != nil)
    #expect(!configuration.docker.buildArguments.isEmpty)
  }

  @Test(arguments: ["examples/digits"])
  func examplesHaveNothingToBeSaidAbout(_ folder: String) throws {
    let tests = FileTree.parentPath(of: FileTree.parentPath(of: #filePath))
    let root = try ProjectRoot.find(from: FileTree.parentPath(of: tests) + "/" + folder)
    let project = try Project.open(root)
    #expect(project.warnings == [])
    #expect(project.images.map(\.name) == ["digits"])
    #expect(project.images[0].run.outputs.map(\.value) == ["outputs"])
    #expect(project.images[0].requirements == ["requirements.txt"])
    _ = try project.images[0].dockerfilePath()
  }

  @Test func anImageHasAllItsSettings() throws {
    let text = MarkedText(
      """
      [images.train]
      dockerfile = «"docker/Dockerfile"»
      context = "../code"
      target = "runtime"
      build_args = { CUDA = "12", PY = 3.10, FAST = true }
      tags = ["v1", "registry.example.com/x/y"]
      push = ["localhost:5000/team/train"]
      platform = "arm64"
      requirements = ["conda.lock"]
      [images.train.run]
      env = ["A=1", "B=", "A=x=y"]
      volumes = ["data:/data:ro", "/scratch:/scratch"]
      inputs = ["data/a.csv", «{ path = "/big", check = "stat" }»]
      outputs = ["outputs", "logs/x"]
      gpus = 2
      shm = "8GB"
      memory = "32GiB"
      cpus = 1.5
      timeout = "12h"
      [images.eval]
      """)
    let (configuration, diagnostics) = Configuration.parse(text.file)
    #expect(diagnostics == [])
    #expect(configuration.images.map(\.name.value) == ["train", "eval"])
    let image = try #require(configuration.image("train"))
    #expect(image.dockerfile?.value == "docker/Dockerfile")
    #expect(image.dockerfile?.span?.range == text.ranges[0])
    #expect(image.context?.value == "../code")
    #expect(image.target?.value == "runtime")
    #expect(image.buildArguments.byName == ["CUDA": "12", "PY": "3.10", "FAST": "true"])
    #expect(image.tags.map(\.value) == [ImageTag("v1"), ImageTag("registry.example.com/x/y")])
    #expect(image.push.map(\.value.description) == ["localhost:5000/team/train"])
    #expect(image.platform?.value == Platform(os: "linux", architecture: "arm64"))
    #expect(image.requirements.map(\.value) == ["conda.lock"])
    #expect(image.run.variables == ["A": "x=y", "B": ""])
    #expect(
      image.run.volumes.map(\.value) == [
        Volume(source: "data", destination: "/data", isReadOnly: true),
        Volume(source: "/scratch", destination: "/scratch"),
      ])
    #expect(
      image.run.inputs.map(\.value) == [
        RunInput(path: "data/a.csv"), RunInput(path: "/big", check: .stat),
      ])
    #expect(image.run.inputs[1].span?.range == text.ranges[1])
    #expect(image.run.outputs.map(\.value) == ["outputs", "logs/x"])
    #expect(image.run.gpus?.value == "2")
    #expect(image.run.sharedMemory?.value.bytes == 8_000_000_000)
    #expect(image.run.memory?.value.bytes == 32 << 30)
    #expect(image.run.cpus?.value == 1.5)
    #expect(image.run.timeout?.value == .seconds(43200))
  }

  @Test func registriesHaveMirrors() {
    let (configuration, diagnostics) = Configuration.parse(
      SourceFile(
        name: "x",
        text: """
          [registry."docker.io"]
          mirrors = ["https://mirror.example.com/hub", "localhost:5000"]
          [registry."registry.local:5000"]
          insecure = true
          """))
    #expect(diagnostics == [])
    #expect(configuration.registries.map(\.host.value) == ["docker.io", "registry.local:5000"])
    #expect(configuration.registries[0].mirrors.count == 2)
    #expect(configuration.registries.map(\.isInsecure) == [false, true])
  }

  @Test func anEmptyFileIsTheEmptyConfiguration() {
    let (configuration, diagnostics) = Configuration.parse(SourceFile(name: "x", bytes: []))
    #expect(configuration == .empty)
    #expect(diagnostics == [])
  }

  @Test(arguments: [
    ("engine = \"docker\"", 1), ("engine = \"native\"", 0),
    ("[images.a]\nlabels = [\"a=b\"]\n[images.b.labels]\nc = 1", 1),
    ("[images.a]\nsplit = \"off\"\ncompression = \"gzip\"", 0),
    ("[checkpoint]\ndir = \"c\"\nsave_interval = 5\nkeep_last_n = 3", 0),
    ("[store]\nmax_size = \"50GB\"", 0),
    ("[images.a.secrets.pip]\nsrc = \"s\"\nrebuild = false", 0),
    ("[monitoring]\nlog_dir = \"l\"\nupdate_interval_secs = 1\nenable_warnings = true", 0),
    ("[local]\ncheckpoint_dir = \"c\"\ndefault_device = \"cuda\"", 0),
  ])
  func keysWithoutEffectYetWarn(_ text: String, _ count: Int) {
    let (_, diagnostics) = Configuration.parse(SourceFile(name: "x", text: text))
    #expect(diagnostics.map(\.id) == Array(repeating: "no-effect-yet", count: count))
    #expect(diagnostics.allSatisfy { $0.severity == .warning })
  }

  @Test(arguments: [
    ("[aws]\nspot_max_price = 0.5\nuse_spot = true", 2),
    ("[aws]\ndefault_instance_type = \"g5.xlarge\"\ndefault_ami = \"ami-1\"", 2),
    ("[aws]\niam_instance_profile = \"training\"", 1),
    ("[runpod]\nanything = { a = 1 }", 1),
  ])
  func keysAboutWhatIsNotDoneHereWarn(_ text: String, _ count: Int) {
    let (_, diagnostics) = Configuration.parse(SourceFile(name: "x", text: text))
    #expect(diagnostics.map(\.id) == Array(repeating: "no-effect", count: count))
    #expect(diagnostics.allSatisfy { $0.severity == .warning && $0.help != nil })
  }

  @Test func whatTheOriginalsUsersHaveIsReadWithItsMeaning() {
    let (configuration, diagnostics) = Configuration.parse(
      SourceFile(
        name: "x",
        text: """
          [aws]
          region = "eu-west-1"
          s3_bucket = "team-bucket"
          default_project_name = "digits"
          user_id = "me@example.com"
          [docker]
          scan_on_push = false
          tag_mutability = "immutable"
          [checkpoint]
          dir = "checkpoints"
          save_interval = 5
          keep_last_n = 10
          [monitoring]
          log_dir = "logs"
          update_interval_secs = 10
          enable_warnings = false
          [local]
          checkpoint_dir = "own"
          default_device = "cuda:1"
          """))
    #expect(diagnostics == [])
    #expect(configuration.aws.s3Bucket?.value == "team-bucket")
    #expect(configuration.aws.defaultProjectName?.value == "digits")
    #expect(configuration.aws.userID?.value == "me@example.com")
    #expect(configuration.docker.scansOnPush?.value == false)
    #expect(configuration.docker.hasMutableTags?.value == false)
    #expect(configuration.checkpoint.directory?.value == "checkpoints")
    #expect(configuration.monitoring.logDirectory?.value == "logs")
    #expect(configuration.monitoring.updateInterval?.value == .seconds(10))
    #expect(!configuration.monitoring.warns)
    #expect(configuration.local.checkpointDirectory?.value == "own")
    let variables =
      configuration.checkpoint.variables(directory: "/checkpoints")
      + configuration.local.variables
    #expect(
      variables.map { "\($0.name)=\($0.value)" } == [
        "RUNCTL_CHECKPOINT_DIR=/checkpoints", "RUNCTL_SAVE_INTERVAL=5", "RUNCTL_KEEP_LAST_N=10",
        "RUNCTL_DEVICE=cuda:1",
      ])
    #expect(Configuration.empty.checkpoint.variables(directory: nil) == [])
    #expect(Configuration.empty.monitoring.warns)
  }

  @Test func everyKeyOfTheSchemaIsAcceptedWithItsSample() {
    for key in ConfigurationSchema.keys {
      let names = ["images": "train", "secrets": "pip", "registry": "\"docker.io\""]
      let path = key.path.enumerated().map { index, part in
        part == "*" ? names[key.path[index - 1]] ?? "" : part
      }
      let text = "\(path.joined(separator: ".")) = \(key.sample)"
      let (_, diagnostics) = Configuration.parse(SourceFile(name: "x", text: text))
      #expect(!diagnostics.contains { $0.severity == .error }, "\(text)")
    }
  }
}
