import OCI
import Project
import Testing

@testable import Launching

struct CodePlanTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.write("training/train.py", "print(1)\n")
    try bench.write("run.sh", "#!/bin/bash\n")
    try bench.write("plain.sh", "echo\n")
  }

  private func plan(_ script: String, from start: String = "") throws -> CodePlan {
    try CodePlan(
      script: script, arguments: ["-x"], from: bench.root + start, settings: .none,
      environment: [Assignment(name: "A", value: "1")], folders: bench.folders)
  }

  @Test(arguments: [
    ("training/train.py", "", ["python3", "training/train.py", "-x"]),
    ("train.py", "/training", ["python3", "training/train.py", "-x"]),
    ("training/train.py", "/training", ["python3", "training/train.py", "-x"]),
    ("run.sh", "", ["bash", "run.sh", "-x"]), ("plain.sh", "", ["sh", "plain.sh", "-x"]),
  ])
  func words(script: String, start: String, expected: [String]) throws {
    #expect(try plan(script, from: start).arguments == expected)
  }

  @Test func environment() throws {
    let plan = try plan("run.sh")
    #expect(plan.environment.map { "\($0.name)=\($0.value)" } == ["A=1", "PYTHONUNBUFFERED=1"])
  }

  @Test func whatIsNotOfTheProjectCannotBeSent() throws {
    #expect(throws: LaunchError.self) { try plan("nothing.py") }
    #expect(
      throws: LaunchError.scriptOutsideContext(path: "/bin/sh", context: bench.root)
    ) { try plan("/bin/sh") }
  }
}
