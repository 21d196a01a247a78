import Testing

@testable import Registry

@Suite struct StallWatchTests {
  @Test func givesUpWhenNothingMoves() {
    var watch = StallWatch(toSend: 0)
    func stalled(_ received: Int64, _ sent: Int64, _ now: Duration) -> Bool {
      watch.hasStalled(received: received, sent: sent, now: now)
    }
    let start = Duration.seconds(5)
    #expect(!stalled(0, 0, start))
    #expect(!stalled(0, 0, start + StallWatch.flowing))
    #expect(!stalled(1, 0, start + StallWatch.flowing * 2))
    #expect(stalled(1, 0, start + StallWatch.flowing * 4))
  }

  @Test func leavesARegistryTimeToStoreAnUpload() {
    var watch = StallWatch(toSend: 10)
    func stalled(_ received: Int64, _ sent: Int64, _ now: Duration) -> Bool {
      watch.hasStalled(received: received, sent: sent, now: now)
    }
    #expect(!stalled(0, 10, .zero))
    #expect(!stalled(0, 10, StallWatch.flowing * 2))
    #expect(stalled(0, 10, StallWatch.answering + .seconds(1)))
  }
}
