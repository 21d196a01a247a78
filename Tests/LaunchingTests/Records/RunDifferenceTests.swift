import State
import Testing

@testable import Launching

struct RunDifferenceTests {
  private static func run(
    _ arguments: [String] = ["a"], image: String? = "sha256:1", facts: [Input] = [],
    ending: RunRecord.Ending = .exited(code: 0), started: Int64 = 0
  ) -> RunRecord {
    var run = RunRecord(
      id: "\(started)", image: "app", script: "train.py", arguments: arguments,
      imageDigest: image, started: started, log: "", facts: facts)
    run.ending = ending
    run.duration = .seconds(started)
    return run
  }

  @Test func timesAreNoDifference() {
    #expect(RunDifference.between(Self.run(), Self.run(started: 7)).isEmpty)
  }

  @Test func aReplayIsNoDifference() {
    let replay = Self.run(facts: [Input(RunFacts.replayed, "0")], started: 7)
    #expect(RunDifference.between(Self.run(), replay).isEmpty)
  }

  @Test(arguments: [
    (run(["b c"]), ["arguments: a → 'b c'"]), (run(image: nil), ["image: sha256:1 → none"]),
    (run(ending: .outOfMemory), ["result: exit code 0 → out of memory"]),
    (run(facts: [Input("env LR", "1")]), ["env LR: nil → 1"]),
    (
      run(["b"], facts: [Input("command", "python train.py b"), Input("commit", "2")]),
      ["arguments: a → b", "commit: nil → 2"]
    ),
    (run(facts: [Input("command", "sh train.py a")]), ["command: nil → sh train.py a"]),
  ])
  func whatDiffersIsNamed(other: RunRecord, expected: [String]) {
    let found = RunDifference.between(Self.run(), other)
    #expect(
      found.map { "\($0.name): \($0.before ?? "nil") → \($0.after ?? "nil")" } == expected)
    let back = RunDifference.between(other, Self.run())
    #expect(
      Set(back.map { "\($0.name): \($0.after ?? "nil") → \($0.before ?? "nil")" })
        == Set(expected))
  }
}
