import FileSystem
import Foundation
import Testing

/// What changes in a registry, and what a push and a build make of it.
@Suite(
  .enabled(
    if: Machine.canRun && Machine.canPush && Machine.has("curl"),
    "\(Machine.needsRun); \(Machine.needsPush), and curl"))
struct PushEditTests {
  private func pushed() throws -> (Workbench, RegistryServer, String, String) {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    let registry = try RegistryServer(in: bench)
    let place = "\(registry.host)/team/train:1"
    try bench.does("push", "-t", place)
    return (bench, registry, place, try registry.digest(of: "team/train", "1"))
  }

  @Test func aTagThatWasMovedIsMovedBack() throws {
    let (bench, registry, place, digest) = try pushed()
    let other = try Workbench(beside: bench)
    try other.write(["Dockerfile": "FROM scratch\nCOPY Dockerfile /\n"])
    try other.does("push", "-t", place)
    #expect(try registry.digest(of: "team/train", "1") != digest)
    try expectPushed(bench, place, "is another image there")
    #expect(try registry.digest(of: "team/train", "1") == digest)
  }

  @Test func aTagThatWasDeletedIsMadeAgain() throws {
    let (bench, registry, place, digest) = try pushed()
    try registry.curl(
      "--request", "DELETE", "http://\(registry.host)/v2/team/train/manifests/sha256:\(digest)")
    try expectPushed(bench, place, "is not there")
    #expect(try registry.digest(of: "team/train", "1") == digest)
  }

  @Test func aRegistryThatLostEverythingGetsEverything() throws {
    let (bench, registry, place, digest) = try pushed()
    let before = try registry.blobs()
    try registry.empty()
    try expectPushed(bench, place, "is not there")
    #expect(try registry.digest(of: "team/train", "1") == digest)
    #expect(try registry.blobs() == before)
  }

  /// Only what is missing is sent, for the right reason, and then nothing more; no step is done.
  private func expectPushed(_ bench: Workbench, _ place: String, _ reason: String) throws {
    #expect(try bench.runctl("push", "-q", "-t", place).code == 3)
    let looked = try bench.does("push", "-n", "-t", place)
    #expect(looked.output == "project: would be pushed to \(place)\n  \(place) \(reason)\n")
    let pushed = try bench.does("push", "-t", place)
    #expect(pushed.output.contains("project: up to date"))
    #expect(pushed.output.contains("pushed \(place)"))
    #expect(pushed.errors.contains("project: \(place) \(reason)"), "\(pushed)")
    let explained = try bench.does("explain", "--json", "--last", "project:push").output
    #expect(explained.contains("\(place) \(reason)"), "\(explained)")
    #expect(try bench.runctl("push", "-q", "-t", place).code == 0)
    #expect(try bench.does("push", "-t", place).output.contains("push up to date"))
  }

  /// It is only ever a faster way to what the inputs say.
  @Test func aStoreThatIsGoneIsMadeAgain() throws {
    let (bench, _, place, _) = try pushed()
    let other = try Workbench(beside: bench)
    try other.write([
      "Dockerfile": "FROM \(place)\nCOPY train.py .\n", "train.py": "echo trained\n",
    ])
    let trained = try other.does("train", "train.py")
    let digest = try other.digest(try other.does("build"))
    #expect(trained.output.contains("trained"))
    try FileTree.remove(other.home)
    #expect(
      try other.does("build", "-n").output.contains("the image is no longer whole in the store"))
    #expect(try other.digest(try other.does("build")) == digest)
    #expect(try other.does("build").output.contains("up to date"))
    #expect(try other.does("train", "train.py").output.contains("train train.py: up to date"))
  }

  @Test func aBaseThatWasMovedIsSeenWhenAskedForAndNotBefore() throws {
    let (bench, registry, place, _) = try pushed()
    let other = try Workbench(beside: bench)
    try other.write(["Dockerfile": "FROM \(place)\nCOPY extra .\n", "extra": "more\n"])
    let first = try other.digest(try other.does("build"))
    #expect(try other.does("build", "--pull").output.contains("up to date"))

    try bench.write("train.py", "echo moved\n")
    try bench.does("push", "-t", place)
    let before = registry.requests().count
    let built = try other.does("build")
    #expect(built.output == "project: up to date (\(first))\n")
    #expect(try other.does("build", "-n").output == "project: up to date\n")
    #expect(registry.requests().count == before, "a registry was asked")

    #expect(
      try other.does("build", "-n", "--pull").output.contains("\n  base \(place) changed: "))
    #expect(try other.runctl("build", "-q", "--pull").code == 3)
    // Whoever only looks has changed nothing.
    #expect(try other.does("build").output == "project: up to date (\(first))\n")
    let pulled = try other.does("build", "--pull")
    #expect(pulled.errors.contains("project: base \(place) changed: "), "\(pulled)")
    #expect(try other.digest(pulled) != first)
    #expect(try other.does("build").output.contains("up to date"))
    #expect(try other.does("build", "--pull").output.contains("up to date"))
  }
}
