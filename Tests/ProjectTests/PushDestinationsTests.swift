import Diagnostics
import OCI
import Testing

@testable import Project

struct PushDestinationsTests {
  private static let ecr = "ecr_registry = \"1.dkr.ecr.example.com/team\"\n"
  private static let hub = "dockerhub_username = \"me\"\n"

  private func project(_ text: String) throws -> (ImageDefinition, Configuration) {
    let (configuration, diagnostics) = Configuration.parse(SourceFile(name: "x", text: text))
    try #require(diagnostics == [])
    let scratch = try ScratchDirectory()
    let image = try ImageDefinitionBuilder(
      root: scratch.path, configuration: configuration, options: ImageOptions()
    ).build(name: "train", configuration.image("train"))
    return (image, configuration)
  }

  @Test(arguments: [
    ("[docker]\n" + ecr + hub, ["1.dkr.ecr.example.com/team/train:c0"]),
    ("[docker]\n" + hub, ["docker.io/me/train:c0"]),
    (
      "[docker]\n" + ecr + "[images.train]\npush = [\"a.b/x\", \"a.b/y:1\"]",
      ["a.b/x:c0", "a.b/y:1"]
    ),
    (
      "[docker]\n" + hub + "[images.train]\ntags = [\"latest\", \"v1\"]",
      ["docker.io/me/train:latest", "docker.io/me/train:v1"]
    ),
    (
      "[images.train]\ntags = [\"v1\", \"a.b/x:2\"]\npush = [\"a.b/x\"]",
      ["a.b/x:v1", "a.b/x:2"]
    ),
    ("[images.train]\npush = [\"a.b/x:1\", \"a.b/x:1\"]", ["a.b/x:1"]),
  ])
  func followTheConfiguration(_ text: String, _ expected: [String]) throws {
    let (image, configuration) = try project(text)
    let destinations = try PushDestinations.of(image, given: [], in: configuration)
    let references = PushDestinations.references(
      of: image, to: destinations, defaultTag: "c0")
    #expect(references.map(\.description) == expected)
  }

  @Test func givenOnesWin() throws {
    let (image, configuration) = try project("[docker]\n" + Self.hub)
    let given = try #require(PushDestination("localhost:5000/t"))
    let destinations = try PushDestinations.of(image, given: [given], in: configuration)
    #expect(destinations == [given])
  }

  @Test func withoutAnyTheErrorNamesBothKeys() throws {
    let (image, configuration) = try project("")
    let error = try #require(throws: ProjectError.self) {
      try PushDestinations.of(image, given: [], in: configuration)
    }
    #expect(error == .noPushDestination(image: "train"))
    #expect(error.diagnostic.help?.contains("'ecr_registry' or 'dockerhub_username'") == true)
  }

  @Test(
    arguments: [
      ("me/x", "docker.io", "me/x", nil), ("x", "docker.io", "library/x", nil),
      ("x:1", "docker.io", "library/x", "1"), ("localhost:5000/x", "localhost:5000", "x", nil),
      ("localhost:5000/x:v", "localhost:5000", "x", "v"),
    ] as [(String, String, String, String?)])
  func aMissingTagIsLeftOpen(
    _ text: String, _ registry: String, _ repository: String, _ tag: String?
  ) throws {
    let destination = try #require(PushDestination(text))
    #expect(destination.registry == registry)
    #expect(destination.repository == repository)
    #expect(destination.tag == tag)
  }

  @Test func aDigestIsNoDestination() {
    #expect(PushDestination("x@\(SHA256.digest(of: "x"))") == nil)
  }

  @Test func theDefaultTagIsTheCommitElseTheDigest() {
    let image = SHA256.digest(of: "image")
    let commit = String(repeating: "0123456789abcdef", count: 3).prefix(40)
    let clean = GitState(commit: String(commit), isDirty: false)
    let dirty = GitState(commit: String(commit), isDirty: true)
    #expect(DefaultTag.tag(git: clean, image: image) == "0123456789ab")
    #expect(DefaultTag.tag(git: dirty, image: image) == "0123456789ab-dirty-\(image.short)")
    #expect(DefaultTag.tag(git: nil, image: image) == image.short)
    #expect(ImageReference.isTag(DefaultTag.tag(git: dirty, image: image)))
  }
}
