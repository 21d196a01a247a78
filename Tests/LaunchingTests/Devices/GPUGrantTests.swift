import Diagnostics
import FileSystem
import Sandbox
import Testing

@testable import Launching

struct GPUGrantTests {
  private let bench: Workbench
  private var folder: String { "\(bench.root)/cdi" }

  init() throws {
    bench = try Workbench()
    try bench.write(
      "cdi/nvidia.json",
      """
      {"cdiVersion": "0.6.0", "kind": "nvidia.com/gpu",
       "devices": [
         {"name": "1", "containerEdits": {"deviceNodes": [{"path": "/dev/nvidia1"}]}},
         {"name": "0", "containerEdits": {"deviceNodes": [
           {"path": "/dev/nvidia0", "hostPath": "/dev/other0"}]}},
         {"name": "GPU-12", "containerEdits": {}},
         {"name": "all", "containerEdits": {}}],
       "containerEdits": {
         "env": ["NVIDIA_VISIBLE_DEVICES=void"],
         "mounts": [{"hostPath": "/lib/a", "containerPath": "/lib/b", "options": ["ro", "bind"]}],
         "hooks": [{"hookName": "createContainer", "path": "/usr/bin/hook", "args": ["hook", "x"]}]}}
      """)
    try bench.write("cdi/net.json", #"{"kind": "vendor.com/nic", "devices": [{"name": "0"}]}"#)
  }

  private func find(_ wanted: RunResources.GPUs) throws(LaunchError) -> GPUGrant {
    try GPUGrant.find(wanted, in: [folder])
  }

  @Test(arguments: [
    (RunResources.GPUs.auto, ["nvidia.com/gpu=0", "nvidia.com/gpu=1"]),
    (.all, ["nvidia.com/gpu=0", "nvidia.com/gpu=1"]), (.count(1), ["nvidia.com/gpu=0"]),
    (.none, []),
  ])
  func devices(wanted: RunResources.GPUs, devices: [String]) throws {
    #expect(try find(wanted).devices == devices)
  }

  @Test func whatComesWithThem() throws {
    let grant = try find(.count(1))
    #expect(grant.environment == ["NVIDIA_VISIBLE_DEVICES=void"])
    #expect(
      grant.mounts == [
        SandboxMount(.bind("/lib/a"), target: "/lib/b", isReadOnly: true),
        SandboxMount(.device("/dev/other0"), target: "/dev/nvidia0"),
      ])
    #expect(grant.hooks.count == 1)
    #expect(!grant.isAll)
  }

  @Test func tooFew() {
    #expect(throws: LaunchError.self) { try find(.count(3)) }
  }

  @Test func aDescriptionThatIsNoJSONIsNamed() throws {
    let empty = "\(bench.root)/yaml"
    try bench.write("yaml/nvidia.yaml", "kind: nvidia.com/gpu\n")
    let error = #expect(throws: LaunchError.self) { try GPUGrant.find(.all, in: [empty]) }
    #expect(error?.diagnostic.help?.contains("nvidia.yaml' cannot be read") == true)
    let none = try GPUGrant.find(.auto, in: [empty], driver: "/nowhere")
    #expect(none.isEmpty)
    #expect(none.remedy == error?.diagnostic.help)
  }

  @Test func onlyAMachineWithGPUsHasARemedy() throws {
    let others = "\(bench.root)/others"
    try bench.write("others/nic.yaml", "kind: vendor.com/nic\n")
    func remedy(_ driver: String) throws -> String? {
      try GPUGrant.find(.auto, in: [others], driver: driver).remedy
    }
    #expect(try remedy("/nowhere") == nil)
    #expect(try remedy("/dev/null")?.contains("nvidia-ctk cdi generate") == true)
    #expect(try find(.auto).remedy == nil)
  }

  @Test(arguments: [
    ("could not select device driver \"\" with capabilities: [[gpu]]", "nvidia-ctk"),
    ("failed to discover GPU vendor from CDI", "nvidia-ctk"), ("no space left", "docker info"),
  ])
  func whatHelpsWhenDockerRefuses(reason: String, words: String) {
    #expect(LaunchError.dockerRefused(reason: reason).diagnostic.help?.contains(words) == true)
  }
}
