import Diagnostics
import FileSystem
import Glibc
import OCI
import Project
import State
import Testing

@testable import Launching

struct RunInputsTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
    try bench.write("data/a.csv", "one")
    try bench.write("data/sub/b.csv", "two")
    try bench.write("out/model.pt", "weights")
  }

  private func inputs(
    _ lines: [String], image text: String = "image", arguments: [String] = ["python", "t.py"],
    environment: [Assignment] = []
  ) throws -> RunInputs {
    let settings = try Self.settings(lines)
    let plan = try RunPlan(
      .command(arguments), image: image(workingDirectory: "/app"), settings: settings,
      environment: environment, folders: bench.folders)
    return try RunInputs(
      plan, imageDigest: SHA256.digest(of: text), settings: settings, folders: bench.folders,
      stateDirectory: "\(bench.root)/.runctl", keyed: { "<\($0.count)>" })
  }

  private static func settings(_ lines: [String]) throws -> RunSettings {
    try LaunchingTests.settings(lines.joined(separator: "\n"))
  }

  /// As after a run that succeeded.
  private func recorded(_ inputs: RunInputs, _ lines: [String]) throws -> [Input] {
    let plan = try RunPlan(
      .command(["x"]), image: image(workingDirectory: "/app"), settings: Self.settings(lines),
      environment: [], folders: bench.folders)
    return inputs.inputs
      + OutputState.inputs(
        of: plan.outputs, without: nil, TouchedFileClock(directory: "\(bench.root)/.runctl"))
  }

  private static let declared = [
    "inputs = [\"data\"]", "volumes = [\"data:/data:ro\"]", "outputs = [\"out\"]",
  ]

  @Test func nothingChanged() throws {
    let before = try inputs(Self.declared)
    #expect(before.reasonsToRun(since: nil) == ["it never ran to success"])
    let record = try recorded(before, Self.declared)
    #expect(try inputs(Self.declared).reasonsToRun(since: record) == [])
  }

  @Test(arguments: ["out/checkpoints", "out"])
  func checkpointsInAnOutputAreNoPartOfIt(folder: String) throws {
    try bench.write("\(folder)/1", "one")
    let text = "[checkpoint]\ndir = \"\(folder)\"\n"
    let (configuration, _) = Configuration.parse(SourceFile(name: "toml", text: text))
    let checkpoints = try #require(
      try CheckpointFolder(configuration, image: nil, folders: bench.folders))
    let settings = try Self.settings(Self.declared)
    let plan = try RunPlan(
      .command(["x"]), image: image(workingDirectory: "/app"), settings: settings,
      environment: [], folders: bench.folders, checkpoints: checkpoints)
    let inputs = try RunInputs(
      plan, imageDigest: SHA256.digest(of: "image"), settings: settings, folders: bench.folders,
      stateDirectory: "\(bench.root)/.runctl", keyed: { $0 })
    let record = inputs.recorded(
      with: OutputState.inputs(
        of: plan.outputs, without: checkpoints,
        TouchedFileClock(directory: "\(bench.root)/.runctl")))
    try bench.write("\(folder)/2", "two")
    #expect(inputs.reasonsToRun(since: record) == [])
  }

  enum Edit: String, CaseIterable {
    case content, sameSizeAndTime, added, removed, renamed, mode, link
  }

  @Test(arguments: Edit.allCases)
  func editedContent(_ edit: Edit) throws {
    let record = try recorded(inputs(Self.declared), Self.declared)
    try perform(edit)
    #expect(try inputs(Self.declared).reasonsToRun(since: record) == ["input data was edited"])
  }

  @Test(arguments: Edit.allCases)
  func editedStat(_ edit: Edit) throws {
    let lines = ["inputs = [{ path = \"data\", check = \"stat\" }]"]
    let record = try recorded(inputs(lines), lines)
    try perform(edit)
    #expect(try inputs(lines).reasonsToRun(since: record) == ["input data was edited"])
  }

  @Test(arguments: Edit.allCases)
  func editedListing(_ edit: Edit) throws {
    let lines = ["inputs = [{ path = \"data\", check = \"listing\" }]"]
    let record = try recorded(inputs(lines), lines)
    try perform(edit)
    let isSeen = ![.content, .sameSizeAndTime, .mode].contains(edit)
    #expect(
      try inputs(lines).reasonsToRun(since: record) == (isSeen ? ["input data was edited"] : []))
  }

  private func perform(_ edit: Edit) throws {
    let file = "\(bench.root)/data/a.csv"
    switch edit {
    case .content: try bench.write("data/a.csv", "changed")
    case .sameSizeAndTime:
      var status = stat()
      stat(file, &status)
      let handle = try File.open(file, flags: O_WRONLY)
      try handle.write(Array("eno".utf8))
      let times = [status.st_atim, status.st_mtim]
      utimensat(AT_FDCWD, file, times, 0)
    case .added: try bench.write("data/new.csv", "")
    case .removed: try FileTree.remove(file)
    case .renamed: try FileTree.rename(file, to: "\(bench.root)/data/z.csv")
    case .mode: chmod(file, 0o600)
    case .link:
      try FileTree.remove(file)
      symlink("sub/b.csv", file)
    }
  }

  @Test func timesAloneChangeNoContent() throws {
    let record = try recorded(inputs(Self.declared), Self.declared)
    utimensat(AT_FDCWD, "\(bench.root)/data/a.csv", [timespec(), timespec()], 0)
    #expect(try inputs(Self.declared).reasonsToRun(since: record) == [])
  }

  @Test func whatIsBehindALinkCounts() throws {
    try FileTree.makeDirectories("\(bench.folder)/far")
    try FileTree.replace("\(bench.folder)/far/x", with: [1])
    symlink("\(bench.folder)/far", "\(bench.root)/data/far")
    symlink("\(bench.folder)/far", "\(bench.folder)/far/itself")
    let record = try recorded(inputs(Self.declared), Self.declared)
    #expect(try inputs(Self.declared).reasonsToRun(since: record) == [])
    try FileTree.replace("\(bench.folder)/far/x", with: [2])
    #expect(try inputs(Self.declared).reasonsToRun(since: record) == ["input data was edited"])
  }

  @Test func ownWorkDoesNotCount() throws {
    let lines = ["inputs = [\".\"]", "outputs = [\"out\"]"]
    let record = try recorded(inputs(lines), lines)
    try bench.write(".runctl/state.db", "x")
    #expect(try inputs(lines).reasonsToRun(since: record) == [])
  }

  @Test func commandImageAndVariables() throws {
    let secret = [
      Assignment(name: "HF_TOKEN", value: "hush"), Assignment(name: "LR", value: "1"),
      Assignment(name: "IDX", value: "https://hush@host"),
    ]
    let before = try inputs([], arguments: ["t", "--api-key", "hush"], environment: secret)
    #expect(!before.inputs.contains { $0.value.contains("hush") })
    let record = try recorded(before, [])
    let reasons = try inputs(
      [], image: "other", arguments: ["t", "b c"], environment: [secret[0], secret[2]]
    )
    .reasonsToRun(since: record)
    #expect(reasons.count == 3)
    #expect(reasons[0].hasPrefix("image changed: "))
    #expect(reasons[1].hasPrefix("command changed: ") && reasons[1].hasSuffix(" t 'b c'"))
    #expect(reasons[2] == "variable LR is gone")
  }

  @Test func variablesOfTheCommandLineAreTakenAsGivenAgain() throws {
    let given = [Assignment(name: "LR", value: "1")]
    let record = try inputs([], environment: given).recorded(with: [])
    #expect(try inputs([], environment: given).reasonsToRun(since: record) == [])
    #expect(try inputs([]).reasonsToRun(since: record) == ["variable LR is gone"])
    #expect(try inputs([]).assuming(record).reasonsToRun(since: record) == [])
  }

  // MARK: Outputs

  @Test func outputThatIsGone() throws {
    let record = try recorded(inputs(Self.declared), Self.declared)
    try FileTree.remove("\(bench.root)/out")
    #expect(
      try inputs(Self.declared).reasonsToRun(since: record) == ["the output 'out' is gone"])
  }

  @Test func outputThatWasTouchedOrChanged() throws {
    let record = try recorded(inputs(Self.declared), Self.declared)
    utimensat(AT_FDCWD, "\(bench.root)/out/model.pt", [timespec(), timespec()], 0)
    #expect(try inputs(Self.declared).reasonsToRun(since: record) == [])
    try bench.write("out/model.pt", "Weights")
    #expect(
      try inputs(Self.declared).reasonsToRun(since: record) == [
        "the output 'out' is not what the last run made"
      ])
  }

  @Test func outputThatWasNotMade() throws {
    let lines = ["outputs = [\"never.pt\"]"]
    let record = try recorded(inputs(lines), lines)
    #expect(
      try inputs(lines).reasonsToRun(since: record) == [
        "the last run did not make the output 'never.pt'"
      ])
  }

  // MARK: What cannot be known

  @Test(
    arguments: [
      (["volumes = [\"data:/data\"]"], "the volume 'data' is not declared as an input"),
      (["volumes = [\"data:/data\"]", "inputs = [\"data\"]"], nil),
      (["volumes = [\"data/sub:/data\"]", "inputs = [\"data\"]"], nil),
      (
        ["volumes = [\"data:/data\"]", "inputs = [\"data/sub\"]"],
        "the volume 'data' is not declared as an input"
      ),
      (["volumes = [\"out:/ckpt\"]", "outputs = [\"out\"]"], nil),
      ([], nil),
    ] as [([String], String?)])
  func undeclaredVolumes(lines: [String], expected: String?) throws {
    let found = try inputs(lines)
    #expect(found.alwaysRunsBecause == expected)
    if let expected {
      #expect(found.reasonsToRun(since: try recorded(found, lines)) == [expected])
    }
  }

  @Test func inputThatIsNotThere() throws {
    let error = #expect(throws: LaunchError.self) { try inputs(["inputs = [\"daat\"]"]) }
    guard case .inputMissing("daat", .some) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
