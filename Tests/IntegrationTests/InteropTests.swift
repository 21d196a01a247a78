import FileSystem
import Foundation
import Testing

/// Other tools take what is written here.
@Suite(.enabled(if: Machine.canRun && Machine.canPush, "\(Machine.needsRun); \(Machine.needsPush)"))
struct InteropTests {
  private struct Inspection: Decodable {
    let digest: String
    let architecture: String
    let layers: [String]
    let env: [String]

    enum CodingKeys: String, CodingKey {
      case digest = "Digest"
      case architecture = "Architecture"
      case layers = "Layers"
      case env = "Env"
    }
  }

  private func pushed() throws -> (Workbench, RegistryServer, String) {
    let bench = try Workbench()
    try ExampleProject.make(in: bench)
    chmod("\(bench.project)/train.py", 0o755)
    symlink("train.py", "\(bench.project)/link")
    let registry = try RegistryServer(in: bench)
    let place = "\(registry.host)/team/train:1"
    try bench.does("push", "-t", place)
    return (bench, registry, place)
  }

  @Test(.enabled(if: Machine.has("skopeo"), "skopeo is needed"))
  func skopeoInspectsIt() throws {
    let (bench, _, place) = try pushed()
    try bench.does("build", "--output", "oci:\(bench.folder)/layout")
    let layout = try ImageLayoutReader("\(bench.folder)/layout")
    for source in ["docker://\(place)", "oci:\(bench.folder)/layout"] {
      let result = try bench.run("skopeo", "inspect", "--tls-verify=false", source)
      try #require(result.succeeded, "\(result)")
      let seen = try JSONDecoder().decode(Inspection.self, from: Data(result.output.utf8))
      #expect(seen.digest == "sha256:" + layout.manifest)
      #expect(seen.layers == layout.layers.map { "sha256:" + $0 })
      #expect(seen.env.contains("GREETING=hello"))
    }
    // Reads every layer and compares it with what the configuration says of it.
    let copied = try bench.run(
      "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", "docker://\(place)",
      "dir:\(bench.folder)/copied")
    #expect(copied.succeeded, "\(copied)")
  }

  @Test(.enabled(if: Machine.has("umoci"), "umoci is needed"))
  func umociUnpacksIt() throws {
    let (bench, _, _) = try pushed()
    try bench.does("build", "-t", "train:1", "--output", "oci:\(bench.folder)/layout")
    let result = try bench.run(
      "umoci", "unpack", "--image", "\(bench.folder)/layout:1", "\(bench.folder)/bundle")
    try #require(result.succeeded, "\(result)")
    let root = "\(bench.folder)/bundle/rootfs"
    for file in ["train.py", "requirements.txt", "data/digits.csv"] {
      #expect(try FileTree.read("\(root)/workspace/\(file)") == Array(bench.read(file).utf8))
    }
    #expect(access("\(root)/root/.local/bin/tool", X_OK) == 0)
    #expect(access("\(root)/workspace/train.py", X_OK) == 0)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: "\(root)/workspace/link")
        == "train.py")
  }

  @Test(.enabled(if: Machine.canStartDocker, "\(Machine.needsDocker)"))
  func dockerPullsAndRunsIt() throws {
    let (bench, registry, place) = try pushed()
    let daemon = try DockerDaemon(in: bench, trusting: registry)
    let pulled = try daemon.docker("pull", place)
    try #require(pulled.succeeded, "\(pulled)")
    let ran = try daemon.docker("run", "--rm", "--network", "none", place)
    #expect(ran.output == "training hello\n", "\(ran)")
    let tool = try daemon.docker(
      "run", "--rm", "--network", "none", place, "sh", "-c", "tool; pwd; ./link")
    #expect(tool.output == "a tool from pip\n/workspace\ntraining hello\n", "\(tool)")
    // runctl does the same with it.
    let own = try bench.does("run", "--", "sh", "-c", "tool; pwd; ./link")
    #expect(own.output.hasSuffix(tool.output))
  }
}
