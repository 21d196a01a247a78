import TestSupport
import Testing

@testable import State

struct ThinnedRunsTests {
  private let scratch: Scratch
  private let state: ProjectState

  init() throws {
    scratch = try Scratch()
    state = try ProjectState.writing(scratch("state"))
  }

  private func add(_ id: String, started: Int64, hasEnded: Bool = true) throws {
    var run = RunRecord(
      id: id, image: "app", script: "train.py", arguments: [], imageDigest: nil, started: started,
      log: "runs/\(id)/log")
    if hasEnded { (run.duration, run.ending) = (.seconds(1), .exited(code: 0)) }
    try state.runs.set(run)
  }

  @Test func oldRunsAreThinnedOut() throws {
    try add("named", started: 1)
    try state.targets.add(
      TargetRecord(
        inputs: [], output: "named", contents: [], reasons: [], duration: .seconds(1)),
      for: Target(image: "app", kind: .run, detail: "train.py"), quick: nil)
    let now: Int64 = 4_000_000_000
    try add("going on", started: now, hasEnded: false)
    for number in 2...6 { try add("run \(number)", started: now + Int64(number)) }
    #expect(try state.runs.thinOut(keeping: 6) == [])
    #expect(try state.runs.thinnedOut() == 0)
    // What a target's record names stays, and what may still be running.
    #expect(try Set(state.runs.thinOut(keeping: 3)) == ["run 2", "run 3"])
    #expect(
      try Set(state.runs.newest(limit: 10).map(\.id)) == [
        "named", "going on", "run 4", "run 5", "run 6",
      ])
    try add("run 7", started: now + 7)
    #expect(try state.runs.thinOut(keeping: 3) == ["run 4"])
    #expect(try state.runs.thinnedOut() == 3)
    #expect(try ProjectState.reading(scratch("state")).runs.thinnedOut() == 3)
  }

  @Test func withoutAStateNothingIsThinnedOut() throws {
    #expect(try ProjectState.reading(scratch("nothing")).runs.thinnedOut() == 0)
  }
}
