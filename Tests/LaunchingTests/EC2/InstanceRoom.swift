import FileSystem
import Processes
import TestSupport
import Testing

@testable import Launching

/// A place for the scripts of an instance on this machine, with programs of the test's own.
struct InstanceRoom {
  static let id = "20261201-120000-abcd"

  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try FileTree.makeDirectories(scratch("runs"))
    try FileTree.makeDirectories(scratch("bin"))
    // An instance may have none, and that of this machine is nobody's business.
    try program("docker", "exit 1")
  }

  func program(_ name: String, _ body: String) throws {
    try ExecutableScript.write(body, to: scratch("bin/\(name)"))
  }

  var environment: [String: String] { ["PATH": "\(scratch("bin")):/usr/bin:/bin"] }

  @discardableResult
  func run(_ script: String) throws -> (code: Int32, output: String) {
    var command = Command(
      ["sh", "-c", script.replacing(RemoteSupervisor.root, with: scratch.path)],
      environment: environment.map { "\($0.key)=\($0.value)" })
    command.errors = .joined
    command.timeout = .seconds(30)
    let completion = try Subprocess.run(command, interruption: nil)
    return (completion.status.code, completion.outputText)
  }

  /// In the run's folder, with what all scripts know.
  @discardableResult
  func inRun(_ script: String) throws -> String {
    let folder = RemoteSupervisor.folder(ofRun: Self.id)
    let result = try run("mkdir -p \(folder) && cd \(folder)\n\(RemoteSupervisor.words)\n\(script)")
    #expect(result.code == 0, "\(result.output)")
    return result.output
  }

  func look() throws -> RemoteReply {
    let look = RemoteLook(offset: 0, wait: .zero)
    return try #require(RemoteReply(run(look.script(id: Self.id)).output))
  }

  func has(_ name: String) -> Bool { FileTree.exists(scratch("runs/\(Self.id)/\(name)")) }
}
