import OCI
import Project
import Testing

@testable import Launching

struct CheckpointTests {
  private static let newest = Checkpoint(name: "m3", place: "/app/ckpt/m3")

  @Test(arguments: [
    (["t.py", "--from", "{checkpoint}"], ["t.py", "--from", "/app/ckpt/m3"]),
    (["a={checkpoint},{checkpoint}"], ["a=/app/ckpt/m3,/app/ckpt/m3"]),
    (["t.py", "--lr", "1"], ["t.py", "--lr", "1"]),
  ])
  func filledIn(words: [String], filled: [String]) {
    #expect(Checkpoint.filledIn(words, Self.newest) == filled)
  }

  /// In a line for a shell, a name is quoted like whatever else somebody may type.
  @Test func aNameIsNoPieceOfAShellsLine() throws {
    let checkpoint = Checkpoint(name: "x", place: "/ckpt/a'; id; '")
    let script = LaunchScript(place: TreePath("/app/t.sh"), firstLine: "#!/bin/sh")
    let plan = try RunPlan(
      .script(script, arguments: Checkpoint.filledIn(["{checkpoint}"], checkpoint)),
      image: image(entrypoint: ["bash", "-c"], workingDirectory: "/app"), settings: .none,
      environment: [], folders: ProjectFolders(root: "/p", context: "/p"))
    let line = try #require(plan.arguments.last)
    #expect(ShellWords.words(of: line)?.last == checkpoint.place)
  }

  @Test(arguments: [
    (["t.py", "--from", "{checkpoint}", "x"], ["t.py", "x"]),
    (["t.py", "--from={checkpoint}", "x"], ["t.py", "x"]), (["{checkpoint}"], []),
    (["t.py", "--a=b", "{checkpoint}"], ["t.py", "--a=b"]),
  ])
  func withoutAny(words: [String], filled: [String]) {
    #expect(Checkpoint.filledIn(words, nil) == filled)
  }
}
