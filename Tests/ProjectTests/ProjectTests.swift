import Diagnostics
import FileSystem
import OCI
import Testing

@testable import Project

struct ProjectTests {
  private func open(
    _ scratch: ScratchDirectory, context: String? = nil, options: ImageOptions = .init()
  ) throws -> Project {
    try Project.open(ProjectRoot.find(from: scratch.path, context: context), options: options)
  }

  @Test func withoutConfigurationThereIsOneImageNamedAfterTheFolder() throws {
    let scratch = try ScratchDirectory()
    let folder = try scratch.makeDirectory("My Digits")
    try scratch.write("My Digits/docker/Dockerfile")
    try scratch.write("My Digits/requirements.txt")
    let project = try open(scratch, context: "My Digits")
    let image = try #require(project.images.first)
    #expect(project.images.count == 1)
    #expect(image.name == "my-digits")
    #expect(try image.dockerfilePath() == "\(folder)/docker/Dockerfile")
    #expect(image.context == folder)
    #expect(image.requirements == ["requirements.txt"])
    #expect(image.run == .none)
  }

  @Test func argumentsAreMergedFromGeneralToParticular() throws {
    let scratch = try ScratchDirectory()
    try scratch.write(
      ".runctl.toml",
      """
      [docker]
      build_args = ["A=docker", "B=docker", "C=docker"]
      [images.x]
      build_args = ["B=image", "C=image"]
      """)
    let options = ImageOptions(
      target: "t", buildArguments: [Assignment(name: "C", value: "flag")], tags: [.tag("v2")])
    let image = try #require(try open(scratch, options: options).images.first)
    #expect(image.buildArguments == ["A": "docker", "B": "image", "C": "flag"])
    #expect(image.target == "t")
    #expect(image.tags == [.tag("v2")])
  }

  @Test func imagesAreFoundByName() throws {
    let scratch = try ScratchDirectory()
    try scratch.write(".runctl.toml", "[images.train]\n[images.eval]\n")
    let project = try open(scratch)
    #expect(try project.images(named: []).map(\.name) == ["train", "eval"])
    #expect(try project.images(named: ["eval", "eval"]).map(\.name) == ["eval"])
    let error = try #require(throws: ProjectError.self) { try project.images(named: ["trian"]) }
    #expect(error.diagnostic.message == "no image is named 'trian'; did you mean 'train'?")
  }

  @Test func theNameMayBeConfigured() throws {
    let scratch = try ScratchDirectory()
    try scratch.write(".runctl.toml", "[project]\nname = \"digits\"\n")
    #expect(try open(scratch).images.map(\.name) == ["digits"])
  }

  @Test func theContextMayLieElsewhere() throws {
    let scratch = try ScratchDirectory()
    try scratch.write("p/.runctl.toml", "[images.x]\ncontext = \"../code\"\n")
    try scratch.write("p/Dockerfile")
    try scratch.write("code/requirements.txt")
    let root = try ProjectRoot.find(from: scratch.path + "/p")
    let image = try #require(try Project.open(root).images.first)
    #expect(image.context == "\(scratch.path)/code")
    #expect(image.requirements == ["requirements.txt"])
    #expect(try image.dockerfilePath() == "\(scratch.path)/p/Dockerfile")
  }

  @Test func aContextThatAFlagNamesMayHaveItsOwnDockerfile() throws {
    let scratch = try ScratchDirectory()
    try scratch.write(".runctl.toml")
    try scratch.write("Dockerfile")
    try scratch.write("sub/Dockerfile")
    let empty = try scratch.makeDirectory("empty")
    var image = try #require(
      try open(scratch, options: ImageOptions(context: scratch.path + "/sub")).images.first)
    #expect(try image.dockerfilePath() == "\(scratch.path)/sub/Dockerfile")
    image = try #require(try open(scratch, options: ImageOptions(context: empty)).images.first)
    #expect(try image.dockerfilePath() == "\(scratch.path)/Dockerfile")
  }

  @Test func aDockerfileThatIsNotThereIsSaidWithItsPlace() throws {
    let scratch = try ScratchDirectory()
    let text = MarkedText("[images.x]\ndockerfile = «\"D\"»\n")
    try scratch.write(".runctl.toml", String(decoding: text.file.bytes, as: UTF8.self))
    let image = try #require(try open(scratch).images.first)
    let error = try #require(throws: ProjectError.self) { try image.dockerfilePath() }
    #expect(error.diagnostic.id == "no-dockerfile")
    #expect(error.diagnostic.span?.range == text.ranges[0])
  }

  @Test func aContextThatIsNotThereIsSaidWithItsPlace() throws {
    let scratch = try ScratchDirectory()
    let text = MarkedText("[images.x]\ncontext = «\"code\"»\n")
    try scratch.write(".runctl.toml", String(decoding: text.file.bytes, as: UTF8.self))
    try scratch.write("code", "a file")
    let error = try #require(throws: ProjectError.self) { try self.open(scratch) }
    #expect(error.diagnostic.id == "no-context")
    #expect(error.diagnostic.span?.range == text.ranges[0])
  }

  @Test func withoutADockerfileThePlacesAreNamed() throws {
    let scratch = try ScratchDirectory()
    let image = try #require(try open(scratch).images.first)
    let error = try #require(throws: ProjectError.self) { try image.dockerfilePath() }
    #expect(error == .noDockerfile(directory: scratch.path))
    #expect(error.diagnostic.help?.contains("training/Dockerfile") == true)
  }

  @Test func aWrongConfigurationStopsAWarningDoesNot() throws {
    let scratch = try ScratchDirectory()
    try scratch.write(".runctl.toml", "[aws]\nuse_spot = true\n")
    #expect(try open(scratch).warnings == [])
    #expect(try open(scratch).remarks.map(\.id) == ["no-effect"])
    try scratch.write(".runctl.toml", "[aws]\nuse_spot = true\nregoin = 1\n")
    let list = try #require(throws: DiagnosticList.self) { try self.open(scratch) }
    #expect(list.diagnostics.map(\.id) == ["no-effect", "unknown-key"])
    #expect(list.diagnostics.last?.span?.file.name == ".runctl.toml")
  }

  @Test func whatIsNoSmallFileIsNoConfiguration() throws {
    let scratch = try ScratchDirectory()
    #expect(scratch.run("mkfifo .runctl.toml"))
    #expect(throws: ProjectError.configurationIsNoFile(path: scratch.path + "/.runctl.toml")) {
      try self.open(scratch)
    }
    #expect(scratch.run("rm .runctl.toml && truncate -s 2M .runctl.toml"))
    #expect(throws: ProjectError.configurationTooLarge(path: scratch.path + "/.runctl.toml")) {
      try self.open(scratch)
    }
  }
}
