import Project
import Testing

@testable import Launching

struct ProcessVariablesTests {
  @Test func whatIsGivenStandsAlone() {
    let entries = ProcessVariables.replacing(
      ["A=1", "TOKEN=old", "TOKEN_B=b", "TOKEN=older"],
      by: [Assignment(name: "TOKEN", value: "a=b\nc")])
    #expect(entries == ["A=1", "TOKEN_B=b", "TOKEN=a=b\nc"])
  }
}
