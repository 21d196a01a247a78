import FileSystem
import Glibc
import OCI
import State
import Testing

@testable import Launching

struct RunRecordingTests {
  private let label = RunLabel(
    image: "app", script: "train.py", arguments: ["--api-key", "hush", "a\nb"],
    imageDigest: SHA256.digest(of: "x"))

  @Test(arguments: [
    (0, UInt32(0), "19700101-000000-0000"), (1_795_500_902, 0xffff_a1b2, "20261124-061502-a1b2"),
  ])
  func names(time: Int64, random: UInt32, expected: String) {
    #expect(RunID(time: time, random: random).text == expected)
  }

  @Test func beginningAndEnd() throws {
    let bench = try Workbench()
    let state = try bench.state
    var recording = try RunRecording(label, in: state)
    let begun = try #require(try state.runs.newest(image: "app", script: "train.py"))
    #expect(begun.id == recording.id.text)
    #expect(begun.ending == .running)
    #expect(begun.arguments == ["--api-key", "<secret>", "a\nb"])
    #expect(begun.log == "runs/\(begun.id)/log")
    #expect(RunStanding.of(begun, in: state) == .running)
    _ = try recording.finish(.exited(code: 3))
    let ended = try #require(try state.runs.newest(limit: 5).first)
    #expect(ended.ending == .exited(code: 3))
    #expect(ended.duration != nil)
    #expect(RunStanding.of(ended, in: state) == .ended(.exited(code: 3)))
  }

  @Test func theOldestGoWithTheirFoldersWhenOneEnds() throws {
    let bench = try Workbench()
    let state = try bench.state
    func begin() throws -> RunRecord { try RunRecording(label, in: state).record }
    let records = [try begin(), try begin(), try begin()]
    for var record in records {
      (record.ending, record.duration) = (.exited(code: 0), .zero)
      try RunRecording.end(record, in: state, keeping: 2)
    }
    #expect(FileTree.exists("\(state.runsDirectory)/\(records[0].id)"))
    // The one that ends is not among those that go: somebody may look at it.
    var last = try begin()
    (last.ending, last.duration) = (.exited(code: 0), .zero)
    try RunRecording.end(last, in: state, keeping: 2)
    #expect(try state.runs.newest(limit: 9).map(\.id) == [last.id, records[2].id])
    for old in records.prefix(2) {
      #expect(!FileTree.exists("\(state.runsDirectory)/\(old.id)"))
    }
  }

  @Test func anEndThatIsOnlyInTheReportCounts() throws {
    let bench = try Workbench()
    let state = try bench.state
    func begin() throws -> String { try RunRecording(label, in: state).directory }
    let directory = try begin()
    let record = try #require(try state.runs.newest(limit: 1).first)
    var report = RunReport()
    report.ending = .exited(code: 0)
    try report.write(to: directory)
    #expect(RunStanding.of(record, in: state) == .ended(.exited(code: 0)))
    let run = LocalStartedRun(directory: directory, state: state)
    #expect(try run.news(after: 0, waiting: .zero).ending == .exited(code: 0))
    try run.stop(grace: .zero)
  }

  @Test func nobodyTakesARequestOfARunThatSomebodyTypesTo() throws {
    let bench = try Workbench()
    let state = try bench.state
    let recording = try RunRecording(label, in: state)
    let run = LocalStartedRun(directory: recording.directory, state: state)
    #expect(throws: LaunchError.takesNoRequests(id: recording.id.text)) {
      try run.stop(grace: .zero)
    }
    #expect(recording.record.ending == .running)
  }

  @Test func lost() throws {
    let bench = try Workbench()
    let state = try bench.state
    func begin() throws -> String { try RunRecording(label, in: state).id.text }
    let id = try begin()
    let record = try #require(try state.runs.newest(limit: 1).first)
    #expect(record.id == id)
    #expect(RunStanding.of(record, in: state) == .lost)
    try FileTree.remove("\(state.runsDirectory)/\(id)")
    #expect(RunStanding.of(record, in: state) == .lost)
    #expect(!FileTree.exists("\(state.runsDirectory)/\(id)"))
  }

  /// One that was refused because this one goes on leaves its outputs to it.
  @Test(
    arguments: [
      (nil, false), (.failed(reason: "container goes on"), false), (.running, true),
      (.exited(code: 0), true),
    ] as [(RunRecord.Ending?, Bool)])
  func successors(later: RunRecord.Ending?, isOne: Bool) throws {
    let bench = try Workbench()
    let state = try bench.state
    func begin() throws -> RunRecord { try RunRecording(label, in: state).record }
    var before = try begin()
    before.ending = .exited(code: 0)
    try state.runs.set(before)
    let record = try begin()
    if let later {
      var next = try begin()
      next.ending = later
      try state.runs.set(next)
    }
    #expect(try record.hasSuccessor(in: state.runs.newest(limit: .max)) == isOne)
  }

  @Test func namesAreUnique() throws {
    let bench = try Workbench()
    let state = try bench.state
    var seen: Set<String> = []
    for _ in 0..<20 { seen.insert(try RunRecording(label, in: state).id.text) }
    #expect(seen.count == 20)
  }
}
