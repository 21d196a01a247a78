import FileSystem
import Foundation
import Testing

/// Images that go to a registry and come back.
@Suite(.enabled(if: Machine.canRun && Machine.canPush, "\(Machine.needsRun); \(Machine.needsPush)"))
struct PushTests {
  private func bench() throws -> (Workbench, RegistryServer) {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    return (bench, try RegistryServer(in: bench))
  }

  @Test func whatIsThereIsNotPushedAgain() throws {
    let (bench, registry) = try bench()
    let place = "\(registry.host)/team/train:1"
    let first = try bench.does("push", "-t", place)
    #expect(first.output.contains("pushed \(place)"))
    let before = try registry.blobs()
    // Four layers of the image's own stage, one of the base, configuration, manifest.
    let layout = try layout(bench)
    #expect(before == Set(layout.layers + [layout.config, layout.manifest]))

    let second = try bench.does("push", "-t", place)
    #expect(second.output.contains("project: up to date"))
    #expect(second.output.contains("push up to date (\(place))"))
    #expect(try bench.runctl("push", "-q", "-t", place).code == 0)
    #expect(try registry.blobs() == before)
  }

  @Test func anEditPushesOneLayer() throws {
    let (bench, registry) = try bench()
    let place = "\(registry.host)/team/train:1"
    try bench.does("push", "-t", place)
    let before = try registry.blobs()
    try bench.write("train.py", "echo edited\n")
    #expect(try bench.runctl("push", "-q", "-t", place).code == 3)
    #expect(
      try bench.does("push", "-n", "-t", place).output.contains("would be built and pushed"))
    #expect(try registry.blobs() == before)

    let pushed = try bench.does("push", "-t", place)
    let layout = try layout(bench)
    let last = try #require(layout.layers.last)
    #expect(try registry.blobs().subtracting(before) == [last, layout.config, layout.manifest])
    #expect(pushed.errors.contains("pushed layer \(last.prefix(12))"))
    #expect(try bench.does("push", "-t", place).output.contains("push up to date"))
  }

  @Test func anotherPlaceGetsWhatItLacks() throws {
    let (bench, registry) = try bench()
    try bench.does("push", "-t", "\(registry.host)/one:1")
    let before = try registry.blobs()
    let moved = try bench.does("push", "-t", "\(registry.host)/two:1")
    #expect(moved.output.contains("project: up to date"))
    #expect(moved.output.contains("pushed \(registry.host)/two:1"))
    #expect(try registry.blobs() == before)
    let tagged = try bench.does("push", "-t", "\(registry.host)/two:2")
    #expect(tagged.output.contains("pushed"))
  }

  @Test func placesComeFromTheConfiguration() throws {
    let (bench, registry) = try bench()
    try bench.write(
      ".runctl.toml",
      "[images.trainer]\ntags = [\"v1\"]\npush = [\"\(registry.host)/team/trainer\"]\n")
    #expect(try bench.does("push").output.contains("\(registry.host)/team/trainer:v1"))
    #expect(try bench.does("push").output.contains("push up to date"))
  }

  @Test func whatWasPushedIsABase() throws {
    let (bench, registry) = try bench()
    let place = "\(registry.host)/team/train:1"
    try bench.does("push", "-t", place)

    let other = try Workbench(beside: bench)
    try other.write(["Dockerfile": "FROM \(place)\nCOPY extra .\n", "extra": "more\n"])
    let run = try other.does("run", "--", "sh", "-c", "cat extra requirements.txt; tool")
    #expect(run.output.hasSuffix("more\nnumpy==1.26.4\na tool from pip\n"), "\(run)")
    #expect(run.errors.contains("pulling \(place)"))
    let again = try other.does("run")
    #expect(again.output.contains("project: up to date"))
    #expect(again.errors.contains("pulling") == false)
    #expect(again.output.hasSuffix("training hello\n"))
  }

  @Test func aBaseThatMovedIsSeenWhenAskedFor() throws {
    let (bench, registry) = try bench()
    let place = "\(registry.host)/base:1"
    try bench.does("push", "-t", place)
    let other = try Workbench(beside: bench)
    try other.write(["Dockerfile": "FROM \(place)\nCOPY extra .\n", "extra": "more\n"])
    let first = try other.digest(try other.does("build"))

    try bench.write("train.py", "echo moved\n")
    try bench.does("push", "-t", place)
    let pulled = try other.does("build", "--pull")
    #expect(pulled.errors.contains("base \(place) changed: "))
    #expect(try other.digest(pulled) != first)
    #expect(try other.does("run").output.hasSuffix("moved\n"))
  }

  @Test func aLayoutIsPushedWithoutBuilding() throws {
    let (bench, registry) = try bench()
    let layout = try layout(bench)
    let place = "\(registry.host)/from/layout:1"
    let other = try Workbench(beside: bench)
    let pushed = try other.does("push", "--from", "oci:\(bench.folder)/layout", "-t", place)
    #expect(pushed.output.contains("pushed \(place)"))
    #expect(
      try registry.blobs() == Set(layout.layers + [layout.config, layout.manifest]))
    let again = try other.does("push", "--from", "oci:\(bench.folder)/layout", "-t", place)
    #expect(again.output.contains("push up to date"))
  }

  @Test(.enabled(if: Machine.canAuthenticate, "\(Machine.needsAuthentication)"))
  func aPasswordIsTakenFromDockersConfiguration() throws {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let users = try bench.run("htpasswd", "-Bbn", "alice", "correct horse")
    try FileTree.replace("\(bench.folder)/users", with: Array(users.output.utf8))
    let registry = try RegistryServer(in: bench, users: "\(bench.folder)/users")
    let place = "\(registry.host)/private/train:1"

    let refused = try bench.runctl("push", "-t", place)
    #expect(refused.code == 6, "\(refused)")
    #expect(refused.errors.contains(registry.host))
    #expect(refused.errors.contains("help: "))

    try logIn(bench, registry, password: "wrong horse")
    let wrong = try bench.runctl("push", "-t", place)
    #expect(wrong.code == 6, "\(wrong)")
    #expect((wrong.output + wrong.errors).contains("wrong horse") == false)

    try logIn(bench, registry, password: "correct horse")
    #expect(try bench.does("push", "-t", place).output.contains("pushed \(place)"))
    #expect(try bench.does("push", "-t", place).output.contains("push up to date"))

    let other = try Workbench(beside: bench)
    try other.write(["Dockerfile": "FROM \(place)\n"])
    #expect(try other.runctl("build").code == 6)
    other.environment["DOCKER_CONFIG"] = "\(bench.folder)/docker"
    try other.does("build")
  }

  private func logIn(_ bench: Workbench, _ registry: RegistryServer, password: String) throws {
    let login = Data("alice:\(password)".utf8).base64EncodedString()
    try FileTree.makeDirectories("\(bench.folder)/docker")
    try FileTree.replace(
      "\(bench.folder)/docker/config.json",
      with: Array("{\"auths\": {\"\(registry.host)\": {\"auth\": \"\(login)\"}}}".utf8))
  }

  private func layout(_ bench: Workbench) throws -> ImageLayoutReader {
    try bench.does("build", "--output", "oci:\(bench.folder)/layout")
    return try ImageLayoutReader("\(bench.folder)/layout")
  }
}
