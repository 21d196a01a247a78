import OCI
import Project
import State
import Testing

@testable import Launching

struct RemotePlanTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  private func plan(
    _ image: RunImage, _ lines: String..., environment: [Assignment] = []
  ) throws -> RemotePlan {
    try RemotePlan(
      LaunchScript(place: TreePath("app/train.py")), arguments: ["--name", "it's $(x)"],
      image: image, settings: settings(lines.joined(separator: "\n")), environment: environment,
      folders: bench.folders)
  }

  @Test func entrypointIsKept() throws {
    let plan = try plan(
      image(entrypoint: ["tini", "--", "python", "-u"], workingDirectory: "/app"))
    #expect(
      plan.arguments == [
        "tini", "--", "python", "-u", "/app/train.py", "--name", "it's $(x)",
      ])
    #expect(plan.workingDirectory == "/app")
  }

  /// The image's own variables come with it.
  @Test func environmentIsWhatTheImageDoesNotHave() throws {
    let plan = try plan(
      image(environment: ["PATH=/opt", "A=image", "B=image"]), "env = { B = \"settings\" }",
      environment: [Assignment(name: "C", value: "line\nbreak")])
    #expect(
      plan.environment.map { "\($0.name)=\($0.value)" } == [
        "B=settings", "C=line\nbreak", "PYTHONUNBUFFERED=1",
      ])
    #expect(plan.givenByCommand == ["C"])
  }

  /// A folder of this machine is not on the other.
  @Test func volumesAreNoPartOfIt() throws {
    let plan = try plan(image(workingDirectory: "/app"), "volumes = [\"nowhere:/data\"]")
    #expect(plan.outputs == [])
  }

  @Test func outputsHaveTheirPlaces() throws {
    let plan = try plan(image(workingDirectory: "/app"), "outputs = [\"checkpoints\"]")
    #expect(plan.outputs.map(\.path) == ["checkpoints"])
    #expect(plan.outputs.first?.places == [TreePath("app/checkpoints")])
  }

  @Test func inputs() throws {
    let plan = try plan(
      image(),
      environment: [
        Assignment(name: "API_TOKEN", value: "hush"), Assignment(name: "MODE", value: "x"),
      ])
    let inputs = try RunInputs(
      plan, imageDigest: SHA256.digest(of: "image"), further: [.init("machine", "i-1")],
      outputs: [], settings: .none, folders: bench.folders,
      stateDirectory: "\(bench.root)/.runctl", keyed: { "<\($0.count)>" })
    #expect(
      inputs.inputs.map { "\($0.name): \($0.value)" }.dropFirst() == [
        "command: python /app/train.py --name 'it'\\''s $(x)'", "working directory: /",
        "user: root", "variable API_TOKEN: keyed:<4>", "variable MODE: x",
        "variable PYTHONUNBUFFERED: 1", "machine: i-1",
      ])
  }
}
