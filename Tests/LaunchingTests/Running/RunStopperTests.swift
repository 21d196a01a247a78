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
