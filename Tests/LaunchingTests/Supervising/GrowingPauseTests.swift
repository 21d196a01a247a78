import Glibc
import Testing

@testable import Launching

struct GrowingPauseTests {
  @Test(arguments: [(0, 2), (8, 2), (40, 10), (200, 50), (60_000, 50)])
  func isShortForAShortRunAndNeverLong(elapsed: Int, expected: Int) {
    #expect(GrowingPause.length(after: .milliseconds(elapsed)) == .milliseconds(expected))
  }

  /// Each look of a follower is a new one, and the run is silent all the time.
  @Test func aSilenceIsKnownFromTheLog() throws {
    let bench = try Workbench()
    let log = "\(bench.root)/log"
    #expect(RunLogReader(log).silence() == .zero)
    try bench.write("log", "begun\n")
    #expect(RunLogReader(log).silence() < .seconds(60))
    var times = [timespec(tv_sec: time(nil) - 600, tv_nsec: 0), timespec()]
    times[1] = times[0]
    #expect(utimensat(AT_FDCWD, log, &times, 0) == 0)
    #expect(RunLogReader(log).silence() > .seconds(500))
  }
}
