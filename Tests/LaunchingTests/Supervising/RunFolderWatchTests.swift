import Testing

@testable import Launching

struct RunFolderWatchTests {
  /// As where the system has no watch left: whoever waits looks again soon.
  @Test func withoutAWatchItOnlyWaitsAMoment() {
    let start = ContinuousClock.now
    RunFolderWatch("/nowhere").wait(for: .seconds(300))
    #expect(.now - start < .seconds(60))
  }
}
