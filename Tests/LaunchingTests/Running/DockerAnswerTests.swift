import OCI
import Testing

@testable import Launching

/// What the `docker` program says, in the words of its versions.
struct DockerAnswerTests {
  @Test(arguments: [
    ("Loaded image ID: sha256:ab\n", "sha256:ab"), ("x\nLoaded image: name:v1\n", "name:v1"),
    ("", nil),
  ])
  func theLoadedImage(text: String, image: String?) {
    #expect(DockerProgram.loadedImage(in: text) == image)
  }

  @Test(arguments: [
    ("Could not find the file /a/b in container runctl-1", true),
    ("Error: No such container:path: runctl-1:/a/b", true),
    ("lstat /var/lib/docker/x/a: no such file or directory", true),
    ("write /project/b: no space left on device", false),
    ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock", false),
  ])
  func whatIsNotThere(reason: String, isNotThere: Bool) {
    #expect(DockerOutputs.saysNotThere(reason) == isNotThere)
  }

  /// A label that cannot be read is none without outputs: with them, the container would go.
  @Test func theOutputsOfALabel() throws {
    #expect(try DockerLeftovers.outputs(inLabel: "\n").isEmpty)
    #expect(throws: (any Error).self) { try DockerLeftovers.outputs(inLabel: "<no value>") }
    let output = RunOutput(
      path: "a", form: .file, destination: "/p/a", places: [TreePath("/workspace/a")])
    let label = try #require(DockerLeftovers().labels("x", [output])["runctl.outputs"])
    #expect(try DockerLeftovers.outputs(inLabel: label + "\n").map(\.path) == ["a"])
  }

  @Test(
    arguments: [
      ("", [0, 0]), ("7:8", [7, 8]), ("app", [5, 6]), ("5", [5, 6]), ("app:9", [5, 9]),
      ("nobody", []),
    ] as [(String, [UInt32])])
  func whoAnImageRunsAs(text: String, numbers: [UInt32]) {
    let passwords = Array("root:x:0:0\napp:x:5:6::/:/sh\n".utf8)
    let user = ImageUser.find(text, passwords: { passwords })
    #expect((user.map { [$0.uid, $0.gid] } ?? []) == numbers)
  }
}
