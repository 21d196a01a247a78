import FileSystem
import Glibc
import OCI
import Processes
import Project
import Sandbox
import State
import Testing

@testable import Launching

@Suite(.enabled(if: BusyboxImage.canRun, BusyboxImage.requirement))
struct LocalLauncherTests {
  @Test(arguments: [0, 1, 3, 137, 255])
  func exitCodes(code: Int32) throws {
    let box = try BusyboxImage()
    let result = try box.run("exit \(code)").result
    #expect(result.ending == .exited(code: code))
    #expect(result.exitCode == code)
    #expect(result.succeeded == (code == 0))
    let record = try #require(try box.bench.state.runs.newest(image: "app", script: "sh"))
    #expect(record.ending == .exited(code: code))
    #expect(record.id == result.id)
    #expect(!FileTree.exists(box.temporary))
  }

  @Test func endBySignal() throws {
    let box = try BusyboxImage()
    let mark = "RUNCTL_TEST_MARK=\(box.bench.folder)"
    let script = "echo ready; while true; do sleep 1; done"
    let log = "\(try box.bench.state.runsDirectory)"
    let killer = Thread { killWhenReady(mark: mark, runs: log, signal: SIGKILL) }
    let result = try box.run(
      script, environment: [Assignment(name: "RUNCTL_TEST_MARK", value: box.bench.folder)]
    ).result
    killer.join()
    #expect(result.ending == .signalled(SIGKILL))
    #expect(result.exitCode == 137)
  }

  // MARK: What is printed

  @Test func logIsWhatWasPrinted() throws {
    let box = try BusyboxImage()
    let bytes = (0..<140_000).flatMap { _ in
      withUnsafeBytes(of: UInt64.random(in: 0 ... .max)) { Array($0) }
    }
    try FileTree.replace("\(box.bench.root)/blob", with: bytes)
    let outcome = try box.run("cat /blob", settings("volumes = [\"blob:/blob:ro\"]"))
    #expect(outcome.result.succeeded)
    #expect(outcome.output == bytes)
    #expect(try FileTree.read(outcome.result.log) == bytes)
  }

  @Test func bothStreams() throws {
    let box = try BusyboxImage()
    let outcome = try box.run("echo out; echo err >&2; printf 'no end'")
    #expect(outcome.text == "out\nno end")
    #expect(String(decoding: outcome.errors, as: UTF8.self) == "err\n")
    #expect(try FileTree.read(outcome.result.log).count == 14)
  }

  // MARK: What the program sees

  @Test func environmentArrivesUnchanged() throws {
    let value = "a'b\"c\nd $HOME `x` \\ ü 漢字 = \t!"
    let box = try BusyboxImage()
    let outcome = try box.run(
      "printf %s \"$ODD\"", environment: [Assignment(name: "ODD", value: value)])
    #expect(outcome.text == value)
  }

  @Test func homeDirectoryAndUser() throws {
    let box = try BusyboxImage()
    #expect(try box.run("pwd; echo $HOME; id -u").text == "/app\n/root\n0\n")
    #expect(
      try box.run("echo $HOME; id -u", image: box.image(user: "app")).text == "/home/app\n1234\n")
  }

  @Test func sharedMemoryIsLarge() throws {
    let box = try BusyboxImage()
    let outcome = try box.run("df -k /dev/shm | while read a size b; do echo $size; done")
    let size = outcome.text.split(separator: "\n").compactMap { Int($0) }.last ?? 0
    #expect(size > 65_536)
  }

  @Test func standardInputIsEmpty() throws {
    #expect(try BusyboxImage().run("cat; echo done").text == "done\n")
  }

  // MARK: Signals

  @Test(arguments: [
    (Interruption.Signal.interrupt, nil, "INT"), (.terminate, nil, "TERM"),
    (.terminate, "SIGQUIT", "QUIT"),
  ])
  func signalsArrive(signal: Interruption.Signal, stop: String?, name: String) throws {
    let box = try BusyboxImage()
    let interruption = Interruption()
    let runs = try box.bench.state.runsDirectory
    let sender = Thread {
      waitUntilReady(runs)
      interruption.deliver(signal)
    }
    let outcome = try box.run(
      "trap 'echo caught \(name); exit 9' \(name); echo ready; while true; do sleep 0.05; done",
      image: box.image(stopSignal: stop), interruption: interruption)
    sender.join()
    #expect(outcome.text == "ready\ncaught \(name)\n")
    #expect(outcome.result.ending == .exited(code: 9))
  }

  @Test func secondSignalEndsIt() throws {
    let box = try BusyboxImage()
    let interruption = Interruption()
    let runs = try box.bench.state.runsDirectory
    let sender = Thread {
      waitUntilReady(runs)
      interruption.deliver(.interrupt)
      interruption.deliver(.interrupt)
    }
    let outcome = try box.run(
      "trap '' INT; echo 1 > model.pt; echo ready; while true; do sleep 0.05; done",
      settings("outputs = [\"model.pt\"]"), interruption: interruption)
    sender.join()
    #expect(outcome.result.ending == .stopped(code: 130))
    let record = try #require(try box.bench.state.runs.newest(limit: 1).first)
    #expect(record.ending == .stopped(code: 130))
    #expect(try box.bench.read("model.pt") == "1\n")
    #expect(!FileTree.exists(box.temporary))
  }

  // MARK: Failures of runctl's own

  @Test func commandThatIsNotThere() throws {
    let box = try BusyboxImage()
    let image = box.image()
    let plan = try RunPlan(
      .command(["nowhere"]), image: image, settings: .none, environment: [],
      folders: box.bench.folders)
    let launcher = LocalLauncher(
      runtime: BusyboxImage.runtime, state: try box.bench.state, host: BusyboxImage.host)
    let error = #expect(throws: SandboxError.self) {
      try launcher.run(
        plan, image: image, folders: box.bench.folders,
        label: RunLabel(image: "app", script: "nowhere", arguments: [], imageDigest: nil),
        temporary: box.temporary, stopper: RunStopper(nil))
    }
    #expect(error?.exitCode == 127)
    let record = try #require(try box.bench.state.runs.newest(limit: 1).first)
    guard case .failed(let reason) = record.ending else {
      Issue.record("\(record.ending)")
      return
    }
    #expect(reason.contains("'nowhere'"))
    #expect(!FileTree.exists(box.temporary))
  }

  @Test func logIsThereWhenTheSandboxIsLost() throws {
    let box = try BusyboxImage()
    #expect(throws: SandboxError.self) { try box.run("true", host: ["/bin/false"]) }
    let record = try #require(try box.bench.state.runs.newest(limit: 1).first)
    #expect(FileTree.exists("\(try box.bench.state.directory)/\(record.log)"))
  }
}
