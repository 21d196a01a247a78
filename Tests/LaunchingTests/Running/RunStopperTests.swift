import Dispatch
import Processes
import State
import Synchronization
import Testing

@testable import Launching

struct RunStopperTests {
  private final class Heard: Sendable {
    let requests = Mutex<[Interruption.Request]>([])
    func add(_ request: Interruption.Request) { requests.withLock { $0.append(request) } }
    var all: [Interruption.Request] { requests.withLock(\.self) }
  }

  @Test func whoIsAskedAfterACtrlCHasItsGrace() {
    let interruption = Interruption()
    let heard = Heard()
    let observation = interruption.observe { heard.add($0) }
    interruption.deliver(.interrupt)
    let stopper = RunStopper(interruption)
    stopper.stop(grace: .seconds(3600))
    stopper.stop(grace: .seconds(3600))
    #expect(heard.all == [.stop(.interrupt), .stop(.terminate)])
    _ = consume observation
    #expect(stopper.ending(.exited(code: 4)) == .stopped(code: 4))
  }

  @Test func itIsKilledAfterwards() {
    let interruption = Interruption()
    let killed = DispatchSemaphore(value: 0)
    let observation = interruption.observe { if $0 == .kill { killed.signal() } }
    let stopper = RunStopper(interruption)
    stopper.stop(grace: .seconds(3600))
    stopper.stop(grace: .zero)
    killed.wait()
    _ = consume observation
    #expect(stopper.endingOfKilled == .stopped(code: 137))
  }

  /// Each way of running a program says in its own words that it was killed.
  @Test(arguments: [RunRecord.Ending.signalled(9), .exited(code: 137)])
  func aSecondCtrlCIsOneEnding(own: RunRecord.Ending) {
    let interruption = Interruption()
    interruption.deliver(.interrupt)
    interruption.deliver(.interrupt)
    #expect(RunStopper(interruption).ending(own) == .stopped(code: 130))
    #expect(RunStopper(interruption).endingOfKilled == .stopped(code: 130))
    #expect(RunStopper(interruption).ending(.exited(code: 7)) == .exited(code: 7))
  }

  @Test func aFirstCtrlCIsNoReasonForAnEnd() {
    let interruption = Interruption()
    interruption.deliver(.terminate)
    #expect(RunStopper(interruption).ending(.signalled(9)) == .signalled(9))
    #expect(RunStopper(interruption).endingOfKilled == nil)
  }

  @Test func whoHasEndedIsLeftAlone() {
    let interruption = Interruption()
    let heard = Heard()
    let observation = interruption.observe { heard.add($0) }
    let stopper = RunStopper(interruption)
    #expect(stopper.ending(.exited(code: 0)) == .exited(code: 0))
    stopper.stop(grace: .zero)
    #expect(heard.all == [])
    _ = consume observation
  }
}
