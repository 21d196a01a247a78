import FileSystem
import Foundation
import OCI
import Processes
import Project
import State
import Testing

@testable import Launching

struct HostRunTests {
  private static let hasPython = (try? ExecutableSearch.find("python3")) != nil
  private let bench: Workbench
  private let label = RunLabel(image: "", script: "t.py", arguments: [], imageDigest: nil)

  init() throws { bench = try Workbench() }

  @Test func projectsOwnEnvironmentFirst() throws {
    try bench.write("t.py", "")
    try bench.write("bin/python", "", permissions: 0o755)
    func program() throws -> String? {
      try HostRun(
        script: "t.py", arguments: [], from: bench.root, root: bench.root,
        path: "\(bench.root)/bin"
      ).arguments.first
    }
    #expect(try program() == "\(bench.root)/bin/python")
    try bench.write("bin/python3", "", permissions: 0o755)
    #expect(try program() == "\(bench.root)/bin/python3")
    try bench.write("venv/bin/python", "", permissions: 0o755)
    #expect(try program() == "\(bench.root)/venv/bin/python")
    try bench.write(".venv/bin/python", "", permissions: 0o755)
    #expect(try program() == "\(bench.root)/.venv/bin/python")
  }

  @Test func noPython() throws {
    try bench.write("t.py", "")
    #expect(throws: LaunchError.noPython(script: "t.py")) {
      try HostRun(
        script: "t.py", arguments: [], from: bench.root, root: bench.root, path: "/nowhere")
    }
  }

  @Test func noScript() {
    #expect(throws: LaunchError.scriptMissing(path: "t.py", suggestion: nil)) {
      try HostRun(script: "t.py", arguments: [], from: bench.root, root: bench.root)
    }
  }

  @Test(.enabled(if: hasPython, "needs python3"))
  func runs() throws {
    try bench.write(
      "t.py",
      """
      import os, sys
      print(sys.argv[1:], os.getcwd() == os.path.dirname(os.path.abspath(__file__)), os.environ["A"])
      print("err", file=sys.stderr)
      open("model.pt", "w").write("1")
      sys.exit(3)
      """)
    let run = try HostRun(
      script: "t.py", arguments: ["a b", "ü"], from: bench.root, root: bench.root,
      settings: settings("outputs = [\"model.pt\"]"),
      environment: [Assignment(name: "A", value: "x\ny")])
    let output = try File.create("\(bench.folder)/out")
    let errors = try File.create("\(bench.folder)/err")
    let result = try run.run(
      label, state: bench.state,
      streams: LaunchStreams(output: output.descriptor, errors: errors.descriptor),
      stopper: RunStopper(nil))
    #expect(result.ending == .exited(code: 3))
    let text = String(decoding: try FileTree.read("\(bench.folder)/out"), as: UTF8.self)
    #expect(text == "['a b', 'ü'] True x\ny\n")
    #expect(
      String(decoding: try FileTree.read("\(bench.folder)/err"), as: UTF8.self) == "err\n")
    #expect(try FileTree.read(result.log).count == text.utf8.count + 4)
    #expect(result.outputs.map(\.name) == ["output model.pt"])
    #expect(result.outputs.first?.value != "absent")
  }

  @Test func shellScriptsAndSignals() throws {
    try bench.write("t.sh", "kill -TERM $$\n")
    let run = try HostRun(script: "t.sh", arguments: [], from: bench.root, root: bench.root)
    let result = try run.run(label, state: bench.state, stopper: RunStopper(nil))
    #expect(result.ending == .signalled(SIGTERM))
    #expect(result.exitCode == 143)
    let record = try #require(try bench.state.runs.newest(limit: 1).first)
    #expect(record.ending == .signalled(SIGTERM))
  }
}
