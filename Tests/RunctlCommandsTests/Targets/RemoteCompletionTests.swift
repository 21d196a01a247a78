import AWS
import FileSystem
import Launching
import State
import TestSupport
import Testing

@testable import RunctlCommands

struct RemoteCompletionTests {
  private let scratch: Scratch
  private let workspace: Workspace

  init() throws {
    scratch = try Scratch()
    try scratch.write(".runctl.toml", "[monitoring]\nlog_dir = \"logs\"\n")
    workspace = try Workspace(directory: scratch.path)
  }

  /// Records a run with an aftermath, and completes it.
  /// - Returns: Its record, and that of its target.
  private func complete(
    _ ending: RunRecord.Ending, facts: [Input] = [], log: String? = nil
  ) throws -> (run: RunRecord?, made: TargetRecord?) {
    let state = try workspace.state()
    let label = RunLabel(
      image: "app", script: "train.py", arguments: [], imageDigest: nil,
      machine: .instance(id: "i-01234567", region: "eu-west-1", isContainer: true), facts: facts)
    let recording = try RunRecording(label, in: state)
    let aftermath = RunAftermath(
      image: "app", detail: "train.py", inputs: [Input("env LR", "1")], reasons: [], outputs: [],
      place: nil, project: "app", wantsCUDA: false)
    try aftermath.write(in: recording.directory)
    if let log { try FileTree.replace(recording.log, with: Array(log.utf8)) }
    try RemoteCompletion(
      workspace: workspace, record: recording.record,
      objects: S3Objects(AWSProgram(environment: [:])), folder: recording.directory
    ).complete(ending, after: .seconds(1), isCopied: false)
    return (try state.runs.run(recording.id.text), try state.targets.current(aftermath.target))
  }

  @Test func aSuccessMakesItsTarget() throws {
    let (run, made) = try complete(.exited(code: 0))
    #expect(run?.ending == .exited(code: 0))
    #expect(made?.output == run?.id)
  }

  @Test func aFailureDoesNot() throws {
    #expect(try complete(.exited(code: 1)).made == nil)
  }

  /// It may have had another environment than the train whose inputs are kept.
  @Test func aReplayDoesNot() throws {
    let (run, made) = try complete(.exited(code: 0), facts: [Input("replayed", "20261201-1")])
    #expect(run?.ending == .exited(code: 0))
    #expect(made == nil)
  }

  @Test func theLogIsCopiedToWhereLogsAreKept() throws {
    let id = try #require(try complete(.exited(code: 0), log: "one\n").run?.id)
    #expect(try scratch.read("logs/\(id).log") == "one\n")
    let silent = try #require(try complete(.failed(reason: "gone")).run?.id)
    #expect(!FileTree.exists(scratch("logs/\(silent).log")))
  }
}
