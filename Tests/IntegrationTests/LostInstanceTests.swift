import FileSystem
import Foundation
import Launching
import State
import Testing

/// Runs whose instance takes no commands any more.
@Suite(.serialized, .enabled(if: CloudPrograms.areThere, .init(rawValue: CloudPrograms.areNeeded)))
struct LostInstanceTests {
  private let bench: Workbench
  private let moto: MotoServer
  private let instance: String

  init() throws {
    bench = try Workbench()
    moto = try MotoServer(in: bench)
    instance = try moto.startInstance()
    try bench.write(".runctl.toml", "[monitoring]\nlog_dir = \"logs\"\n")
  }

  /// A run that goes on, as far as is known here.
  private func record(account: String = MotoServer.account) throws -> String {
    let state = try ProjectState.writing("\(bench.project)/.runctl")
    let machine = RunMachine.instance(
      id: instance, region: MotoServer.region, isContainer: false)
    let label = RunLabel(
      image: "", script: "train.py", arguments: [], imageDigest: nil, machine: machine,
      facts: [Input("account", account)])
    let id = try RunRecording(label, in: state).id.text
    try bench.write(".runctl/runs/\(id)/log", "before\n")
    return id
  }

  @Test func whatRanOnATerminatedOneHasEnded() throws {
    let (watched, stopped) = (try record(), try record())
    try moto.aws("ec2", "terminate-instances", "--instance-ids", instance)
    let attached = try bench.runctl("attach", watched)
    #expect(attached.code == 208, "\(attached)")
    #expect(attached.errors.contains("the instance is gone"))
    #expect(try bench.read("logs/\(watched).log") == "before\n")
    #expect(try bench.does("stop", stopped).output.contains("the instance is gone"))
    #expect(!(try bench.does("runs").output.contains("running")))
    // What was recorded has the same exit code.
    #expect(try bench.runctl("attach", watched).code == 208)
  }

  @Test func aStoppedOneMayStartAgain() throws {
    let id = try record()
    try moto.aws("ec2", "stop-instances", "--instance-ids", instance)
    let attached = try bench.runctl("attach", id)
    #expect(attached.code == 208, "\(attached)")
    #expect(attached.errors.contains("[instance-unreachable]"))
    #expect(try bench.does("runs").output.contains("running"))
  }

  @Test func anotherAccountIsToldToNameAProfile() throws {
    let id = try record(account: "999999999999")
    try moto.aws("ec2", "stop-instances", "--instance-ids", instance)
    for command in ["attach", "stop"] {
      let result = try bench.runctl(command, id)
      #expect(result.code == (command == "attach" ? 206 : 6), "\(result)")
      #expect(result.errors.contains("belongs to account 999999999999"))
      #expect(result.errors.contains("--profile"))
    }
    #expect(try bench.does("runs").output.contains("running"))
  }
}
