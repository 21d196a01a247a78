import OCI
import SQLite
import TestSupport
import Testing

@testable import State

struct HistoryRecordsTests {
  private let scratch: Scratch
  private let state: ProjectState
  private let image = Target(image: "app", kind: .image)
  private let run = Target(image: "app", kind: .run, detail: "train.py")

  init() throws {
    scratch = try Scratch()
    state = try ProjectState.writing(scratch("state"))
  }

  private func add(
    _ target: Target, _ output: String, _ inputs: [Input] = [], changes: [FileChange] = []
  ) throws {
    try state.targets.add(
      TargetRecord(
        inputs: inputs, output: output, contents: [], changes: changes, reasons: ["for \(output)"],
        duration: .milliseconds(20), made: 1_000), for: target, quick: nil)
  }

  @Test func everyMakingIsRemembered() throws {
    let changes = [
      FileChange(path: TreePath("a/é b\n"), kind: .added),
      FileChange(path: TreePath(Array("x/".utf8) + [0xff]), kind: .permissions),
    ]
    try add(image, "one", [Input("a", "1")])
    try add(run, "run-1")
    try add(image, "two", [Input("a", "2")], changes: changes)
    for state in [state, .reading(scratch("state"))] {
      let all = try state.history.newest(limit: 10)
      #expect(all.map(\.output) == ["two", "run-1", "one"])
      #expect(all.map(\.number) == [3, 2, 1])
      #expect(try state.history.newest(limit: 1).map(\.output) == ["two"])
      let newest = try #require(try state.history.newest(of: image))
      #expect(newest.output == "two")
      #expect(try state.history.changes(of: newest) == changes)
      #expect(newest.reasons == ["for two"] && newest.duration == .milliseconds(20))
      let before = try #require(try state.history.before(newest))
      #expect(before.number == 1)
      #expect(try state.history.changes(of: before) == [])
      #expect(try state.history.inputs(of: before) == [Input("a", "1")])
      #expect(try state.history.before(before) == nil)
      #expect(try state.history.entry(2)?.target == run)
      #expect(try state.history.entry(ofRun: "run-1")?.number == 2)
      #expect(try state.history.entry(ofRun: "one") == nil)
      #expect(try state.history.making(of: "one", image: "app")?.number == 1)
      #expect(try state.history.making(of: "two", image: "app", before: 3) == nil)
      #expect(try state.history.making(of: "one", image: "other") == nil)
      #expect(try state.history.entry(4) == nil)
      #expect(try state.history.thinnedOut() == 0)
    }
  }

  @Test func withoutAStateThereIsNoHistory() throws {
    let state = ProjectState.reading(scratch("nothing"))
    #expect(try state.history.newest(limit: 5).isEmpty)
    #expect(try state.history.newest(of: image) == nil)
    #expect(try state.history.thinnedOut() == 0)
  }

  @Test func oldEntriesAreThinnedOutAndTheNewestOfATargetIsNot() throws {
    try add(run, "run-1", [Input("script", "1")])
    for number in 1...6 { try add(image, "\(number)", [Input("a", "\(number)")]) }
    try state.history.database.use { database in
      try database.transaction { try HistoryRecords.thinOut(database, newest: 7, limit: 2) }
    }
    #expect(try state.history.newest(limit: 10).map(\.output) == ["6", "5", "run-1"])
    #expect(try state.history.thinnedOut() == 4)
    #expect(try state.targets.current(run)?.inputs == [Input("script", "1")])
    #expect(try state.targets.current(image)?.output == "6")
    let inputs = try state.history.database.read {
      try $0.first("SELECT count(*) FROM inputs") { $0.integer(0) }
    }
    #expect(inputs == 3, "those of what was forgotten are gone, too")
    try add(image, "7")
    #expect(try state.history.newest(of: image)?.number == 8, "numbers are not used again")
  }

  @Test func aStateOfTheFirstFormatIsReadOn() throws {
    let path = scratch("old.db")
    let first = SerializedDatabase(
      path: path, mode: .readWrite, migrations: Array(StateDatabase.migrations.prefix(1)))
    try first.use {
      try $0.execute(
        """
        INSERT INTO records (image, target, detail, made, took_ms, output, reasons)
        VALUES ('app', 'image', '', 5, 6, 'old', 'a reason')
        """)
    }
    // Who only looks does not change it.
    for isReadOnly in [true, false, true] {
      let history = HistoryRecords(
        database: StateDatabase(path: path, isReadOnly: isReadOnly) { _ in })
      let entry = try #require(try history.newest(of: image))
      #expect(entry.output == "old" && entry.made == 5)
      #expect(try history.changes(of: entry) == [])
    }
  }
}
