import State
import TestSupport
import Testing

@testable import Launching

struct RunChoiceTests {
  private let scratch: Scratch
  private let runs: RunRecords

  init() throws {
    scratch = try Scratch()
    runs = try ProjectState.writing(scratch("state")).runs
  }

  private func add(_ ids: String...) throws {
    for (number, id) in ids.enumerated() {
      try runs.set(
        RunRecord(
          id: id, image: "", script: "s", arguments: [], imageDigest: nil,
          started: Int64(number), log: ""))
    }
  }

  @Test(arguments: [
    ("latest", "20261202-080000-00ff"), ("20261201-061502-a1b2", "20261201-061502-a1b2"),
    ("20261202", "20261202-080000-00ff"), ("20261201-0615", "20261201-061502-a1b2"),
    ("c3d4", "20261201-071502-c3d4"),
  ])
  func isMeant(text: String, id: String) throws {
    try add("20261201-061502-a1b2", "20261201-071502-c3d4", "20261202-080000-00ff")
    #expect(try RunChoice.run(text, in: runs).id == id)
  }

  @Test(arguments: [
    (
      "20261201",
      RunChoiceError.ambiguous(
        "20261201", names: ["20261201-071502-c3d4", "20261201-061502-a1b2"])
    ),
    ("20261201-061502-a1b3", .unknown("20261201-061502-a1b3", suggestion: "20261201-061502-a1b2")),
    ("last", .unknown("last", suggestion: nil)), ("lates", .unknown("lates", suggestion: "latest")),
    ("", .unknown("", suggestion: nil)), ("%", .unknown("%", suggestion: nil)),
  ])
  func isNotClear(text: String, error: RunChoiceError) throws {
    try add("20261201-061502-a1b2", "20261201-071502-c3d4")
    #expect(throws: error) { try RunChoice.run(text, in: runs) }
  }

  @Test(arguments: ["latest", "2026"])
  func whereNothingWasRun(text: String) throws {
    #expect(throws: RunChoiceError.noRuns) { try RunChoice.run(text, in: runs) }
    let reading = ProjectState.reading(scratch("nothing")).runs
    #expect(throws: RunChoiceError.noRuns) { try RunChoice.run(text, in: reading) }
  }
}
