import FileSystem
import Foundation
import Testing

/// What a change leads to for a train whose inputs and outputs are declared.
struct TrainEdit: Sendable, CustomTestStringConvertible {
  let name: String
  /// Lines that say why; none when nothing has to be done.
  let reasons: [String]
  /// Whether the image is made again, too.
  var makesImage = false
  /// Before the script's name, and after it.
  var options: [String] = ["-e", "EPOCHS=1", "-e", "API_TOKEN=hunter2"]
  var arguments: [String] = ["--rate", "1"]
  let change: @Sendable (Workbench) throws -> Void

  var testDescription: String { name }

  init(
    _ name: String, _ reasons: String..., makesImage: Bool = false, options: [String]? = nil,
    arguments: [String]? = nil, change: @escaping @Sendable (Workbench) throws -> Void
  ) {
    (self.name, self.reasons, self.makesImage, self.change) = (name, reasons, makesImage, change)
    if let options { self.options = options }
    if let arguments { self.arguments = arguments }
  }

  static let all: [TrainEdit] = [
    TrainEdit("nothing") { _ in },
    TrainEdit("an output less", "the output 'outputs' is gone") { try $0.remove("outputs") },
    TrainEdit("a file of an output less", "the output 'outputs' is not what the last run made") {
      try $0.remove("outputs/model.bin")
    },
    TrainEdit("a file of an output more", "the output 'outputs' is not what the last run made") {
      try $0.write("outputs/more.bin", "1\n")
    },
    TrainEdit("an output edited", "the output 'outputs' is not what the last run made") {
      try $0.write("outputs/model.bin", "something else\n")
    },
    TrainEdit(
      "an output edited, with the same size, time and inode",
      "the output 'outputs' is not what the last run made"
    ) {
      try $0.overwrite("outputs/model.bin", "M")
    },
    TrainEdit("an output made executable", "the output 'outputs' is not what the last run made") {
      chmod("\($0.project)/outputs/model.bin", 0o755)
    },
    TrainEdit("an output only touched") { $0.setTime(of: "outputs/model.bin", to: 1_000_000_000) },
    TrainEdit("an output written again as it was") {
      try $0.write("outputs/model.bin", $0.read("outputs/model.bin"))
    },
    TrainEdit("an argument", "it never ran to success", arguments: ["--rate", "2"]) { _ in },
    TrainEdit(
      "a variable", "variable EPOCHS changed: 1 → 2",
      options: ["-e", "EPOCHS=2", "-e", "API_TOKEN=hunter2"]
    ) { _ in },
    TrainEdit("a variable less", "variable EPOCHS is gone", options: ["-e", "API_TOKEN=hunter2"]) {
      _ in
    },
    TrainEdit(
      "a secret", "variable API_TOKEN changed",
      options: ["-e", "EPOCHS=1", "-e", "API_TOKEN=hunter3"]
    ) { _ in },
    TrainEdit("an input edited", "input data/large was edited") {
      try $0.write("data/large/a", "one, two\n")
    },
    TrainEdit("an input edited, with the same size, time and inode", "input data/large was edited")
    {
      try $0.overwrite("data/large/a", "two")
    },
    TrainEdit("a file of an input more", "input data/large was edited") {
      try $0.write("data/large/b", "b\n")
    },
    TrainEdit("an input only touched") { $0.setTime(of: "data/large/a", to: 1_000_000_000) },
    TrainEdit(
      "an input that counts by its stat record edited, with the same size, time and inode",
      "input data/listed was edited"
    ) {
      try $0.overwrite("data/listed/a", "two")
    },
    TrainEdit("what nothing uses") { try $0.write("notes/of/mine", "1\n") },
    TrainEdit("the script", "image changed: ", makesImage: true) {
      try $0.write("train.py", TrainEdit.script + "echo more\n")
    },
    TrainEdit("volumes", "volume /more is new: ./data/large:ro") {
      try $0.write(
        ".runctl.toml",
        TrainEdit.settings.replacing("volumes = [", with: "volumes = [\"./data/large:/more:ro\", "))
    },
  ]

  static let script = "cat /data/a >/workspace/outputs/model.bin; echo trained $EPOCHS\n"

  static let settings = """
    [images.project.run]
    outputs = ["outputs"]
    volumes = ["./data/large:/data:ro"]
    inputs = ["data/large", { path = "data/listed", check = "stat" }]

    """

  static func make(in bench: Workbench) throws {
    try ExampleProject.make(in: bench)
    try bench.write([
      "train.py": script, ".runctl.toml": settings, "data/large/a": "one",
      "data/listed/a": "one", ".dockerignore": "data\nnotes\n",
    ])
  }
}

@Suite(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
struct TrainEditTests {
  @Test(arguments: TrainEdit.all)
  func decidesAndTrainsForTheRightReason(edit: TrainEdit) throws { try check(edit, .asHere) }

  @Test(
    .enabled(if: !FileTimes.coarse.isEmpty, "\(FileTimes.needsCoarse)"),
    arguments: FileTimes.coarse,
    Machine.isLong
      ? TrainEdit.all : TrainEdit.all.filter { $0.name.hasPrefix("an output edited, with") })
  func coarseTimesHideNothing(times: FileTimes, edit: TrainEdit) throws { try check(edit, times) }

  private func check(_ edit: TrainEdit, _ times: FileTimes) throws {
    let bench = try Workbench(times: times)
    try TrainEdit.make(in: bench)
    let usual = TrainEdit("") { _ in }
    try #require(try train(usual, [], bench).succeeded)
    let digest = try bench.digest(try bench.does("build"))

    try edit.change(bench)
    let asked = try train(edit, ["-q"], bench)
    let looked = try train(edit, ["-n"], bench)
    let trained = try train(edit, [], bench)
    #expect(trained.succeeded, "\(trained)")
    #expect(asked.output + asked.errors == "")
    if edit.reasons.isEmpty {
      #expect(asked.code == 0)
      #expect(
        looked.output == "train train.py: would run\n" || looked.output.contains("up to date"))
      #expect(trained.output.contains("train train.py: up to date"), "\(trained)")
      #expect(trained.output.contains("trained") == false)
    } else {
      #expect(asked.code == 3)
      if edit.makesImage {
        #expect(looked.output.hasPrefix("project: would be built and run\n"))
      } else {
        let lines = edit.reasons.map { "  \($0)\n" }.joined()
        #expect(looked.output == "train train.py: would run\n" + lines, "\(looked)")
      }
      let reasons = trained.errors.split(separator: "\n").filter {
        $0.hasPrefix("train train.py: ")
      }
      #expect(reasons.count == edit.reasons.count, "\(trained)")
      for (reason, expected) in zip(reasons, edit.reasons) {
        #expect(reason.dropFirst(16).hasPrefix(expected), "\(trained)")
      }
      #expect(trained.output.contains("\ntrain train.py: done"))
      try expectExplained(edit, bench)
    }
    #expect(edit.makesImage == (try bench.digest(try bench.does("build")) != digest))
    #expect(try bench.read("outputs/model.bin") == bench.read("data/large/a"))
    #expect(try train(edit, [], bench).output.contains("train train.py: up to date"))
    for name in ["state.db", "state.db-wal"] {
      let bytes = FileManager.default.contents(atPath: "\(bench.project)/.runctl/\(name)") ?? Data()
      #expect(bytes.firstRange(of: Data("hunter".utf8)) == nil)
    }
  }

  @Test func anInputEditedWhileItTrainsIsSeen() throws {
    let bench = try Workbench()
    try TrainEdit.make(in: bench)
    try bench.write(
      "train.py", "cat /data/a >/workspace/outputs/model.bin; echo it started; sleep 1\n")
    let first = try bench.start(["train", "train.py"])
    let hasStarted = eventually { first.outputSoFar.contains("it started\n") }
    try bench.overwrite("data/large/a", "two")
    try bench.overwrite("data/listed/a", "two")
    #expect(try hasStarted && first.wait().succeeded)
    let again = try bench.does("train", "train.py")
    #expect(again.errors.contains("train train.py: input data/large was edited"), "\(again)")
    #expect(again.errors.contains("train train.py: input data/listed was edited"))
    #expect(try bench.read("outputs/model.bin") == "two")
    #expect(try bench.does("train", "train.py").output.contains("train train.py: up to date"))
  }

  /// What one train made, another with other arguments has replaced.
  @Test func anOutputThatAnotherTrainMadeIsMadeAgain() throws {
    let bench = try Workbench()
    try TrainEdit.make(in: bench)
    try bench.write("train.py", "echo $1 >/workspace/outputs/model.bin\n")
    try bench.does("train", "train.py", "--", "one")
    try bench.does("train", "train.py", "--", "two")
    let again = try bench.does("train", "train.py", "--", "one")
    #expect(again.errors.contains("the output 'outputs' is not what the last run made"), "\(again)")
    #expect(try bench.read("outputs/model.bin") == "one\n")
  }

  /// The same reasons stand in the history.
  private func expectExplained(_ edit: TrainEdit, _ bench: Workbench) throws {
    let result = try bench.does("explain", "--json", "--last", "project:run")
    let text = result.output
    for reason in edit.reasons { #expect(text.contains("\"\(reason)"), "\(result)") }
    #expect(text.contains("hunter") == false)
  }

  private func train(
    _ edit: TrainEdit, _ flags: [String], _ bench: Workbench
  ) throws -> ProgramResult {
    try bench.start(["train"] + flags + edit.options + ["train.py", "--"] + edit.arguments).wait()
  }
}
