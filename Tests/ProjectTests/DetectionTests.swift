import FileSystem
import Testing

@testable import Project

struct DetectionTests {
  @Test(arguments: DockerfileDetection.places.indices)
  func theFirstPlaceThatHasADockerfileWins(_ index: Int) throws {
    let scratch = try ScratchDirectory()
    let places = DockerfileDetection.places
    for place in places[index...] { try scratch.write(place) }
    let detection = try DockerfileDetection.detect(in: scratch.path)
    #expect(detection.found == places[index])
    #expect(detection.alsoThere == Array(places[(index + 1)...]))
    #expect(detection.path == "\(scratch.path)/\(places[index])")
    #expect(index == 0 || detection.reason.contains(places[0]))
  }

  @Test func aFolderOfThatNameIsNoDockerfile() throws {
    let scratch = try ScratchDirectory()
    _ = try scratch.makeDirectory("Dockerfile")
    try scratch.write("scripts", "not a folder")
    let detection = try DockerfileDetection.detect(in: scratch.path)
    #expect(detection.found == nil)
    #expect(detection.path == nil)
    #expect(detection.reason.contains("none of Dockerfile"))
  }

  @Test func requirementsAreFoundAtTheContextsRoot() throws {
    let scratch = try ScratchDirectory()
    for name in [
      "requirements.txt", "requirements-dev.txt", "pyproject.toml", "uv.lock", "poetry.lock",
      "Pipfile.lock", "environment.yml", "setup.cfg", "setup.py", "requirements.md",
      "sub/requirements.txt",
    ] { try scratch.write(name) }
    _ = try scratch.makeDirectory("requirements.d.txt")
    let found = try RequirementsDetection.find(
      in: scratch.path, further: ["./conda.lock", "uv.lock"])
    #expect(
      found == [
        "Pipfile.lock", "conda.lock", "environment.yml", "poetry.lock", "pyproject.toml",
        "requirements-dev.txt", "requirements.txt", "setup.cfg", "uv.lock",
      ])
  }

  @Test func theNearestConfigurationMakesTheRoot() throws {
    let scratch = try ScratchDirectory()
    try scratch.write("p/.runctl.toml")
    let inside = try scratch.makeDirectory("p/a/b")
    let root = try ProjectRoot.find(from: inside)
    #expect(root.path == "\(scratch.path)/p")
    #expect(root.reason == .configuration)
    #expect(root.configurationName == "\(scratch.path)/p/.runctl.toml")
    #expect(try ProjectRoot.find(from: root.path).configurationName == ".runctl.toml")
    // Where one stands is asked before the context; a context alone leads to its own parents.
    let other = try scratch.makeDirectory("other/ctx")
    #expect(try ProjectRoot.find(from: inside, context: other).path == root.path)
    #expect(try ProjectRoot.find(from: other, context: "../../p/a").path == root.path)
  }

  @Test func withoutConfigurationTheContextIsTheRoot() throws {
    let scratch = try ScratchDirectory()
    let context = try scratch.makeDirectory("ctx")
    let root = try ProjectRoot.find(from: scratch.path, context: "ctx")
    #expect(root.path == context)
    #expect(root.reason == .context)
    #expect(root.configurationPath == nil)
    #expect(try ProjectRoot.find(from: scratch.path).reason == .workingDirectory)
  }

  @Test func aContextThatIsNotThereIsAnError() throws {
    let scratch = try ScratchDirectory()
    #expect(throws: FileError.self) {
      try ProjectRoot.find(from: scratch.path, context: "nowhere")
    }
  }

  @Test func aStrangersConfigurationFurtherUpIsPassedOver() throws {
    let scratch = try ScratchDirectory()
    try scratch.write(".runctl.toml")
    let inside = try scratch.makeDirectory("a")
    // Only root can give a file away; anybody else sees the plain case.
    let isGivenAway = scratch.run("chown 12345 .runctl.toml")
    let root = try ProjectRoot.find(from: inside)
    #expect(root.path == (isGivenAway ? inside : scratch.path))
    #expect(try ProjectRoot.find(from: scratch.path).reason == .configuration)
  }
}
