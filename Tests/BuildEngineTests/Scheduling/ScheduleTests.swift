import Testing

@testable import BuildEngine

struct ScheduleTests {
  private static func schedule(
    _ jobs: [(Lane, [Int])], work: Int = 2, transfer: Int = 1, keepsGoing: Bool = false
  ) -> Schedule {
    Schedule(
      jobs: jobs.map { (lane: $0.0, dependencies: $0.1) },
      slots: [.work: work, .transfer: transfer], keepsGoing: keepsGoing)
  }

  @Test func startsWhatWaitsForNothing() {
    var schedule = Self.schedule([(.work, []), (.work, [0]), (.work, [])])
    #expect(schedule.states == [.ready, .waiting(for: 1), .ready])
    #expect(schedule.start().map(\.job) == [0, 2])
    #expect(schedule.start().isEmpty)
    schedule.finish(0, succeeded: true)
    #expect(schedule.states == [.done, .ready, .running(slot: 1)])
    #expect(schedule.start() == [Schedule.Start(job: 1, lane: .work, slot: 0)])
  }

  @Test func waitsForAFreeSlot() {
    var schedule = Self.schedule([(.work, []), (.work, []), (.work, [])], work: 1)
    for job in 0..<3 {
      #expect(schedule.start() == [Schedule.Start(job: job, lane: .work, slot: 0)])
      schedule.finish(job, succeeded: true)
    }
    #expect(schedule.states == [.done, .done, .done])
  }

  @Test func lanesDoNotHoldEachOtherUp() {
    var schedule = Self.schedule(
      [(.transfer, []), (.transfer, []), (.work, []), (.work, [2])], work: 1)
    #expect(schedule.start().map(\.job) == [2, 0])
    schedule.finish(2, succeeded: true)
    #expect(schedule.start().map(\.job) == [3])
  }

  @Test func waitsOnceForWhatIsNamedTwice() {
    var schedule = Self.schedule([(.work, []), (.work, [0, 0])])
    _ = schedule.start()
    schedule.finish(0, succeeded: true)
    #expect(schedule.states[1] == .ready)
  }

  @Test func aFailureStopsEverything() {
    var schedule = Self.schedule([(.work, []), (.work, []), (.work, [0]), (.work, [])])
    #expect(schedule.start().map(\.job) == [0, 1])
    schedule.finish(0, succeeded: false)
    #expect(schedule.states == [.failed, .running(slot: 1), .skipped, .skipped])
    #expect(schedule.start().isEmpty)
    schedule.finish(1, succeeded: true)
    #expect(schedule.states[1] == .done)
    #expect(schedule.start().isEmpty)
  }

  @Test func aFailureStopsOnlyWhatWaitsForItIfAsked() {
    var schedule = Self.schedule(
      [(.work, []), (.work, [0]), (.work, [1]), (.work, []), (.work, [3]), (.work, [0, 3])],
      keepsGoing: true)
    #expect(schedule.start().map(\.job) == [0, 3])
    schedule.finish(0, succeeded: false)
    #expect(schedule.states[1...2] == [.skipped, .skipped])
    #expect(schedule.states[5] == .skipped)
    schedule.finish(3, succeeded: true)
    #expect(schedule.start().map(\.job) == [4])
    schedule.finish(4, succeeded: true)
    #expect(schedule.states == [.failed, .skipped, .skipped, .done, .done, .skipped])
  }

  @Test func nothingStartsAfterAStop() {
    var schedule = Self.schedule([(.work, []), (.work, [0])])
    _ = schedule.start()
    schedule.stop()
    schedule.finish(0, succeeded: true)
    #expect(schedule.states == [.done, .skipped])
    #expect(schedule.start().isEmpty)
  }

  @Test func whatDoesNotRunCannotEnd() {
    var schedule = Self.schedule([(.work, []), (.work, [0])])
    schedule.finish(0, succeeded: true)
    schedule.finish(1, succeeded: false)
    #expect(schedule.states == [.ready, .waiting(for: 1)])
  }
}
