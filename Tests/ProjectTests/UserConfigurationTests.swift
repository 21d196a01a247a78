import Diagnostics
import FileSystem
import Testing

@testable import Project

struct UserConfigurationTests {
  private static let path = "/home/me/.config/runctl/config.toml"

  @Test(arguments: [
    (["HOME": "/home/me"], path),
    (["HOME": "/home/me", "XDG_CONFIG_HOME": "/etc/me"], "/etc/me/runctl/config.toml"),
    (["HOME": "/home/me", "XDG_CONFIG_HOME": "relative"], path),
    (["HOME": "/home/me", "XDG_CONFIG_HOME": ""], path),
    (["HOME": "/"], "/.config/runctl/config.toml"), (["HOME": ""], nil), ([:], nil),
    (["HOME": "/dev/null"], "/dev/null/.config/runctl/config.toml"),
  ])
  func isWhereOtherProgramsHaveTheirs(_ environment: [String: String], _ path: String?) throws {
    #expect(try UserConfiguration.find(environment)?.path == path)
  }

  @Test func theProjectsValuesWinKeyByKey() {
    let (configuration, diagnostics) = Configuration.parse(
      SourceFile(
        name: ".runctl.toml",
        text: """
          [aws]
          region = "eu-west-1"
          [docker]
          build_args = ["A=project"]
          [registry."docker.io"]
          mirrors = ["https://near.example.com"]
          [images.train]
          """),
      below: SourceFile(
        name: Self.path,
        text: """
          [aws]
          region = "us-east-1"
          user_id = "me"
          [docker]
          build_args = ["A=user", "B=user"]
          dockerhub_username = "me"
          [registry."docker.io"]
          mirrors = ["https://far.example.com"]
          insecure = true
          [registry."localhost:5000"]
          insecure = true
          """))
    #expect(diagnostics == [])
    #expect(configuration.aws.region?.value == "eu-west-1")
    #expect(configuration.aws.userID?.value == "me")
    #expect(configuration.docker.buildArguments.byName == ["A": "project"])
    #expect(configuration.docker.dockerHubUsername?.value == "me")
    #expect(configuration.registries.map(\.host.value) == ["docker.io", "localhost:5000"])
    #expect(configuration.registries[0].mirrors.map(\.value) == ["https://near.example.com"])
    #expect(configuration.registries.map(\.isInsecure) == [true, true])
    #expect(configuration.images.map(\.name.value) == ["train"])
  }

  @Test(arguments: [
    ("", "1.dkr.ecr.example.com"), ("[docker]\ndockerhub_username = \"me\"\n", nil),
    ("[docker]\necr_registry = \"localhost:5000\"\n", "localhost:5000"),
  ])
  func theProjectsRegistryIsTheOnlyOne(_ project: String, _ expected: String?) {
    let (configuration, diagnostics) = Configuration.parse(
      SourceFile(name: ".runctl.toml", text: project),
      below: SourceFile(
        name: Self.path, text: "[docker]\necr_registry = \"1.dkr.ecr.example.com\"\n"))
    #expect(diagnostics == [])
    #expect(configuration.docker.ecrRegistry?.value == expected)
  }

  @Test func whatIsOfTheProjectIsKnown() throws {
    let scratch = try ScratchDirectory()
    _ = try scratch.makeDirectory("p")
    try scratch.write(".config/runctl/config.toml", "[aws]\nregion = \"eu-west-1\"\n")
    try scratch.write("p/.runctl.toml", "[aws]\ns3_bucket = \"my-bucket\"\n")
    let project = try Project.open(
      ProjectRoot.find(from: scratch.path + "/p"),
      below: UserConfiguration.find(["HOME": scratch.path]))
    #expect(!project.isOwn(project.configuration.aws.region))
    #expect(project.isOwn(project.configuration.aws.s3Bucket))
    #expect(!project.isOwn(project.configuration.docker.ecrRegistry))
  }

  struct Mistake: CustomTestStringConvertible, Sendable {
    let text: String
    let id: String
    let message: String
    var help: String?
    var testDescription: String { text }
  }

  @Test(arguments: [
    Mistake(
      text: "[«images».a]\ntarget = \"x\"", id: "unknown-key", message: "unknown table 'images'",
      help: "this table belongs in the '.runctl.toml' of a project"),
    Mistake(
      text: "[«project»]\nname = \"x\"", id: "unknown-key", message: "unknown table 'project'",
      help: "this table belongs in the '.runctl.toml' of a project"),
    Mistake(
      text: "[aws]\n\n«regoin» = \"x\"", id: "unknown-key",
      message: "unknown key 'regoin' in [aws]; did you mean 'region'?"),
    Mistake(
      text: "[docker]\nbuild_args = «1»", id: "wrong-type",
      message: "'docker.build_args' must be an array of \"NAME=value\" or a table, not an integer"),
  ])
  func aMistakeIsInTheRightFile(_ mistake: Mistake) throws {
    let text = MarkedText(mistake.text, name: Self.path)
    let (_, diagnostics) = Configuration.parse(
      SourceFile(name: ".runctl.toml", text: "[aws]\nregion = \"x\"\n"), below: text.file)
    #expect(diagnostics.map(\.id) == [mistake.id])
    let found = try #require(diagnostics.first)
    #expect(found.message == mistake.message)
    #expect(found.help == mistake.help)
    #expect(found.span?.file.name == Self.path)
    #expect(found.span?.range == text.ranges[0])
  }

  @Test func theFileWithThePasswordIsKnown() throws {
    let scratch = try ScratchDirectory()
    let root = try ProjectRoot.find(from: scratch.makeDirectory("p"))
    let environment = ["HOME": scratch.path]
    func project() throws -> Project {
      try Project.open(
        ProjectRoot.find(from: scratch.path + "/p"), below: UserConfiguration.find(environment))
    }
    #expect(try project().passwordFile == nil)
    let own = scratch.path + "/.config/runctl/config.toml"
    #expect(try project().configurationPaths == [own])
    try scratch.write(
      ".config/runctl/config.toml", "[docker]\ndockerhub_password = \"hunter2\"\n")
    #expect(try project().passwordFile == own)
    try scratch.write("p/.runctl.toml", "[docker]\ndockerhub_username = \"me\"\n")
    #expect(try project().passwordFile == own)
    try scratch.write("p/.runctl.toml", "[docker]\ndockerhub_password = \"hunter3\"\n")
    #expect(try project().passwordFile == root.path + "/.runctl.toml")
    #expect(try project().configurationPaths == [root.path + "/.runctl.toml", own])
  }

  @Test func whatIsNoFileIsNoConfiguration() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.makeDirectory(".config/runctl/config.toml")
    let root = try ProjectRoot.find(from: scratch.path)
    #expect(throws: ProjectError.configurationIsNoFile(path: path)) {
      try Project.open(root, below: UserConfiguration.find(["HOME": scratch.path]))
    }
  }
}
