import Diagnostics
import FileSystem
import Glibc
import OCI
import Project
import Sandbox
import Testing

@testable import Launching

struct RunPlanTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  private func plan(
    _ request: LaunchRequest = .command(["true"]), _ image: RunImage,
    _ settings: RunSettings = .none, environment: [Assignment] = [], terminal: String? = nil
  ) throws -> RunPlan {
    try RunPlan(
      request, image: image, settings: settings, environment: environment, folders: bench.folders,
      terminal: terminal)
  }

  @Test(
    arguments: [
      (["e"], ["c", "d"], [], ["e", "c", "d"]), (["e"], ["c"], ["x", "y"], ["e", "x", "y"]),
      (nil, ["c"], [], ["c"]), (nil, ["c"], ["x"], ["x"]), (["e"], nil, [], ["e"]),
    ] as [([String]?, [String]?, [String], [String])])
  func command(
    entrypoint: [String]?, command: [String]?, asked: [String], expected: [String]
  ) throws {
    let plan = try plan(.command(asked), image(entrypoint: entrypoint, command: command))
    #expect(plan.arguments == expected)
  }

  @Test func nothing() {
    #expect(throws: LaunchError.nothingToRun) { try plan(.command([]), image()) }
    #expect(throws: LaunchError.nothingToRun) { try plan(.command([]), image(entrypoint: [])) }
  }

  @Test func script() throws {
    let script = LaunchScript(place: TreePath("app/train.py"))
    let plan = try plan(
      .script(script, arguments: ["--lr", "1"]), image(tree: tree("usr/bin/python3*")))
    #expect(plan.arguments == ["python3", "/app/train.py", "--lr", "1"])
  }

  // MARK: Environment

  @Test func environment() throws {
    let image = image(environment: ["PATH=/opt", "A=image", "B=image", "C=image", "junk"])
    let plan = try plan(
      .command(["true"]), image, settings("env = { B = \"settings\", C = \"settings\" }"),
      environment: [Assignment(name: "C", value: "a=b"), Assignment(name: "D", value: "")])
    #expect(
      plan.environment == [
        "PATH=/opt", "A=image", "B=settings", "C=a=b", "D=", "PYTHONUNBUFFERED=1",
      ])
    #expect(plan.given.map(\.name) == ["B", "C", "D"])
  }

  @Test func environmentOfAnEmptyImage() throws {
    let usual = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    #expect(try plan(image()).environment == [usual, "PYTHONUNBUFFERED=1"])
    let quiet = image(environment: ["PYTHONUNBUFFERED="])
    #expect(try plan(quiet).environment == ["PYTHONUNBUFFERED=", usual])
  }

  private func plan(_ image: RunImage) throws -> RunPlan { try plan(.command(["true"]), image) }

  @Test func terminal() throws {
    let plan = try plan(.command(["sh"]), image(), terminal: "xterm-256color")
    #expect(plan.terminal)
    #expect(plan.environment.contains("TERM=xterm-256color"))
  }

  @Test func whoAndWhere() throws {
    let plan = try plan(image(workingDirectory: "app/", user: "app", stopSignal: "SIGINT"))
    #expect(plan.workingDirectory == "/app")
    #expect(plan.user == "app")
    #expect(plan.stopSignal == 2)
    let bare = try self.plan(image(user: ""))
    #expect(bare.workingDirectory == "/")
    #expect(bare.user == nil)
    #expect(bare.mounts.map(\.target) == ["/dev/shm"])
  }

  // MARK: Volumes and outputs

  @Test func volumes() throws {
    try bench.write("data/a.csv", "1")
    let plan = try plan(
      .command(["true"]), image(),
      settings("volumes = [\"./data:/data:ro\", \"/dev/null:/dev/nothing\"]"))
    #expect(
      plan.mounts.dropLast() == [
        SandboxMount(.bind("\(bench.root)/data"), target: "/data", isReadOnly: true),
        SandboxMount(.device("/dev/null"), target: "/dev/nothing"),
      ])
  }

  @Test func volumeThatIsNotThere() throws {
    let settings = try settings("volumes = [\"missing:/data\"]")
    let error = #expect(throws: LaunchError.self) {
      try plan(.command(["true"]), image(), settings)
    }
    #expect(
      error
        == .volumeMissing(path: "\(bench.root)/missing", span: settings.volumes.first?.span))
    #expect(error?.diagnostic.span != nil)
  }

  struct Output: Sendable {
    let path: String
    let form: RunOutput.Form
    let places: [String]
  }

  @Test(arguments: [
    Output(path: "model.pt", form: .file, places: ["/code/model.pt", "/work/model.pt"]),
    Output(path: "./out//", form: .directory, places: ["/code/out", "/work/out"]),
    Output(
      path: "checkpoints", form: .directory, places: ["/code/checkpoints", "/work/checkpoints"]),
    Output(path: "v1.0/", form: .directory, places: ["/code/v1.0", "/work/v1.0"]),
    Output(path: ".cache", form: .directory, places: ["/code/.cache", "/work/.cache"]),
    Output(path: "is.dir", form: .directory, places: ["/code/is.dir", "/work/is.dir"]),
    Output(path: "isfile", form: .file, places: ["/code/isfile", "/work/isfile"]),
    Output(path: "image.d", form: .directory, places: ["/code/image.d", "/work/image.d"]),
    Output(path: "LICENCE", form: .file, places: ["/code/LICENCE", "/work/LICENCE"]),
    Output(path: "lib/x.bin", form: .file, places: ["/opt/x.bin", "/work/lib/x.bin"]),
  ])
  func outputs(_ row: Output) throws {
    try bench.write("is.dir/x", "")
    try bench.write("isfile", "")
    let image = image(
      workingDirectory: "/work", tree: tree("code/image.d/", "code/LICENCE"),
      places: [place("", "code"), place("lib", "opt")])
    let plan = try plan(.command(["true"]), image, settings("outputs = [\"\(row.path)\"]"))
    let output = try #require(plan.outputs.first)
    #expect(output.form == row.form)
    #expect(output.places.map(\.description) == row.places)
    #expect(plan.mounts.count == (row.form == .directory ? 3 : 1))
  }

  @Test func outputWithoutACopy() throws {
    let plan = try plan(
      .command(["true"]), image(workingDirectory: "/app"), settings("outputs = [\"m.pt\"]"))
    #expect(plan.outputs.first?.places == [TreePath("app/m.pt")])
  }

  @Test func outputThatIsTheProject() throws {
    let settings = try settings("outputs = [\".\"]")
    let error = #expect(throws: LaunchError.self) {
      try plan(.command(["true"]), image(), settings)
    }
    guard case .unusableOutput(path: ".", _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func outputThatIsNoFile() throws {
    mkfifo("\(bench.root)/pipe.x", 0o600)
    let settings = try settings("outputs = [\"pipe.x\"]")
    #expect(throws: LaunchError.self) { try plan(.command(["true"]), image(), settings) }
  }
}
