import Testing

@testable import Launching

struct GrowingPauseTests {
  @Test(arguments: [(0, 2), (8, 2), (40, 10), (200, 50), (60_000, 50)])
  func isShortForAShortRunAndNeverLong(elapsed: Int, expected: Int) {
    #expect(GrowingPause.length(after: .milliseconds(elapsed)) == .milliseconds(expected))
  }
}
