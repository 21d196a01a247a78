import State
import Testing

@testable import RunctlCommands

struct EndReportTests {
  @Test(
    arguments: [
      (.exited(code: 0), nil, nil), (.exited(code: 3), 3, 3), (.stopped(code: 143), 143, 143),
      (.signalled(9), 137, 137), (.outOfMemory, 137, 137), (.timedOut, 124, 124),
      (.failed(reason: "x"), 201, 208),
    ] as [(RunRecord.Ending, Int32?, Int32?)])
  func oneCodeForAnEnding(ending: RunRecord.Ending, here: Int32?, remote: Int32?) {
    func code(_ isRemote: Bool) -> Int32? {
      var report = EndReport(id: "x", ending: ending, log: nil, wasSeen: true)
      report.isRemote = isRemote
      return report.failureCode
    }
    #expect(code(false) == here)
    #expect(code(true) == remote)
  }

  @Test func withoutItsOutputsASuccessIsNone() {
    var report = EndReport(id: "x", ending: .exited(code: 0), log: nil, wasSeen: true)
    report.lacksOutputs = true
    #expect(report.isFailure && report.failureCode == 201)
    #expect(report.reason.contains("outputs"))
  }
}
