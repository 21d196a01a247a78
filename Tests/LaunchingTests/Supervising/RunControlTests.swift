import Testing

@testable import Launching

struct RunControlTests {
  @Test(arguments: [RunControl.interrupt, .terminate, .stop(grace: .milliseconds(1500))])
  func linesAreRead(control: RunControl) {
    #expect(RunControl(line: control.line.dropLast()) == control)
  }

  @Test(arguments: ["", "kill", "stop", "stop -1", "stop x", "interrupt now"])
  func othersAreNot(line: String) {
    #expect(RunControl(line: line) == nil)
  }

  @Test func nobodyTakesItWhenTheRunIsOver() throws {
    let bench = try Workbench()
    #expect(try RunControl.interrupt.send(to: bench.root) == false)
  }
}
