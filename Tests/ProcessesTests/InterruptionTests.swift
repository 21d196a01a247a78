import Diagnostics
import Glibc
import Synchronization
import Testing

@testable import Processes

@Suite struct InterruptionTests {
  @Test func observersHearOfEachSignal() {
    let interruption = Interruption()
    let heard = Mutex<[Interruption.Request]>([])
    let observation = interruption.observe { request in heard.withLock { $0.append(request) } }
    #expect(interruption.requested == nil)
    interruption.deliver(.terminate)
    interruption.deliver(.interrupt)
    #expect(interruption.requested == .terminate)
    #expect(heard.withLock(\.self) == [.stop(.terminate), .kill])
    _ = consume observation
    interruption.deliver(.interrupt)
    #expect(heard.withLock(\.count) == 2)
  }

  @Test func whoComesLateHearsOfItAtOnce() {
    let interruption = Interruption()
    interruption.deliver(.interrupt)
    let heard = Mutex<[Interruption.Request]>([])
    let observation = interruption.observe { request in heard.withLock { $0.append(request) } }
    #expect(heard.withLock(\.self) == [.stop(.interrupt)])
    _ = consume observation
    #expect(throws: ProcessError.interrupted(.interrupt)) { try interruption.check() }
    #expect(throws: ProcessError.interrupted(.interrupt)) {
      try Subprocess.run(Command(["true"]), interruption: interruption)
    }
  }

  @Test func signalReachesTheWholeGroup() throws {
    let interruption = Interruption()
    var command = Command([
      "sh", "-c",
      "trap 'echo inner' INT; sh -c 'trap \"echo deep; exit\" INT; echo ready; while true; do sleep 0.05; done'; exit 5",
    ])
    let lines = Mutex<[String]>([])
    command.output = .lines { line in
      lines.withLock { $0.append(line) }
      if line == "ready" { interruption.deliver(.interrupt) }
    }
    let completion = try Subprocess.run(command, interruption: interruption)
    #expect(completion.status == .exited(5))
    #expect(Set(lines.withLock(\.self)) == ["ready", "deep", "inner"])
  }

  @Test func secondSignalKills() throws {
    let interruption = Interruption()
    var command = Command([
      "sh", "-c", "trap 'echo stubborn' TERM; echo ready; while true; do sleep 0.05; done",
    ])
    command.output = .lines { _ in interruption.deliver(.terminate) }
    #expect(
      try Subprocess.run(command, interruption: interruption).status == .signaled(SIGKILL))
  }
}
