import State
import Testing

@testable import Launching

struct RunFilterTests {
  private static let run = RunRecord(
    id: "1", image: "app", script: "training/train.py", arguments: [],
    imageDigest: "sha256:3f2a91c0", started: 100, log: "")

  @Test(arguments: [
    (RunStanding.running, RunFilter.Status.running), (.ended(.running), .running), (.lost, .lost),
    (.ended(.exited(code: 0)), .succeeded), (.ended(.exited(code: 1)), .failed),
    (.ended(.outOfMemory), .failed), (.ended(.stopped(code: 0)), .failed),
    (.ended(.failed(reason: "")), .failed),
  ])
  func everyRunHasOneStatus(standing: RunStanding, status: RunFilter.Status) {
    for other in RunFilter.Status.allCases {
      var filter = RunFilter()
      filter.status = other
      #expect(filter.includes(Self.run, standing) == (other == status))
    }
    #expect(RunFilter().includes(Self.run, standing))
  }

  @Test(arguments: [
    ("app", true), ("ap", false), ("3f2a", true), ("sha256:3f2a91", true), ("3f2", false),
    ("91c0", false),
  ])
  func images(image: String, isIncluded: Bool) {
    var filter = RunFilter()
    filter.image = image
    #expect(filter.includes(Self.run, .running) == isIncluded)
  }

  @Test(arguments: [
    ("training/train.py", true), ("train.py", true), ("rain.py", false), ("train", false),
  ])
  func scripts(script: String, isIncluded: Bool) {
    var filter = RunFilter()
    filter.script = script
    #expect(filter.includes(Self.run, .running) == isIncluded)
  }

  @Test(arguments: [(Int64(99), true), (100, true), (101, false)])
  func times(since: Int64, isIncluded: Bool) {
    var filter = RunFilter()
    filter.since = since
    #expect(filter.includes(Self.run, .running) == isIncluded)
  }
}
