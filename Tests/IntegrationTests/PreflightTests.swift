import FileSystem
import Foundation
import Testing

/// Checks of an instance, with an instance that really answers.
@Suite(
  .enabled(if: Machine.canUseEC2, "\(Machine.needsEC2)"), .onEC2, .serialized)
struct PreflightTests {
  private let machine: EC2Machine

  init() throws { machine = try #require(EC2Machine.current) }

  private func bench(_ aws: String = "", dockerfile: String = "") throws -> Workbench {
    let bench = try machine.workbench()
    try bench.importBase()
    try bench.write([
      ".runctl.toml": "[docker]\necr_registry = \"\(machine.registry.host)\"\n[aws]\n\(aws)",
      "Dockerfile": "FROM \(Workbench.base)\n\(dockerfile)COPY train.sh /work/train.sh\n",
      "train.sh": "echo trained\n", "other.sh": "",
    ])
    return bench
  }

  private func check(_ bench: Workbench, _ arguments: String...) throws -> ProgramResult {
    try bench.start(["aws", "check", machine.instance] + arguments).wait()
  }

  @Test func aHealthyMachineRaisesNoAlarm() throws {
    let bench = try bench()
    let before = try check(bench)
    #expect(before.succeeded && before.output.contains("was not built yet"), "\(before)")
    try bench.does("build")
    let result = try check(bench, "train.sh")
    #expect(result.succeeded, "\(result)")
    #expect(!result.output.contains("✗") && !result.output.contains("!"), "\(result)")
    for check in ["instance", "ssm", "script", "architecture", "docker", "disk", "role"] {
      #expect(result.output.contains("✓ \(check): "), "\(check): \(result)")
    }
    #expect(result.errors.contains("aws: account \(EC2Machine.account), region"))
    let json = try check(bench, "--json")
    #expect(
      json.output.contains("\"ready\" : true") && json.output.contains("\"check\" : \"role\""))
  }

  @Test func whatIsMissingIsFoundWithItsRemedy() throws {
    let bench = try bench("s3_bucket = \"no-such-bucket\"\n")
    try bench.does("build")
    let result = try check(bench, "other.sh", "--gpus", "2")
    #expect(result.code == 10, "\(result)")
    for part in [
      "✗ script: ", "COPY other.sh", "✗ gpus: GPUs are wanted", "--gpus none",
      "✗ s3: there is no bucket 'no-such-bucket'",
    ] {
      #expect(result.output.contains(part), "\(part): \(result)")
    }
  }

  @Test func anInstanceThatIsNotThereHasANearName() throws {
    let id = machine.instance
    let mistyped = String(id.dropLast()) + (id.last == "0" ? "1" : "0")
    let bench = try bench()
    let result = try bench.start(["aws", "check", mistyped]).wait()
    #expect(result.code == 10, "\(result)")
    #expect(result.output.contains("did you mean '\(id)'?"))
  }

  @Test func anAgentThatIsOfflineIsFound() throws {
    try machine.setOnline(false)
    defer { try? machine.setOnline(true) }
    let result = try check(bench())
    #expect(result.code == 10, "\(result)")
    #expect(result.output.contains("✗ ssm: ") && result.output.contains("SSM agent"))
  }

  @Test func theDriverMustDoForTheImagesCUDA() throws {
    let bench = try bench(dockerfile: "ENV CUDA_VERSION=12.4.1\n")
    try bench.does("build")
    let without = try check(bench)
    #expect(without.succeeded && without.output.contains("! gpus: the image is made for CUDA"))
    let program = """
      #!/bin/sh
      case "$*" in
        -L) echo 'GPU 0: Tesla T4 (UUID: GPU-1)' ;;
        *query*) echo 440.33.01 ;;
        *) echo '| Driver Version: 440.33.01  CUDA Version: 10.2 |' ;;
      esac
      """
    let path = "\(machine.bin)/nvidia-smi"
    try FileTree.replace(path, with: Array(program.utf8), permissions: 0o755)
    defer { try? FileTree.remove(path) }
    let result = try check(bench)
    #expect(result.code == 10, "\(result)")
    #expect(result.output.contains("✗ driver: driver 440.33.01 is too old"))
    #expect(result.output.contains("✗ nvidia-runtime: "))
  }

  @Test func whatMayNotBeAskedIsAWarningAndWhatTheRoleLacksAnError() throws {
    let bench = try bench()
    try bench.does("build")
    defer { try? machine.deny() }
    try machine.deny("ssm:DescribeInstanceInformation")
    let unknown = try check(bench)
    #expect(unknown.succeeded, "\(unknown)")
    #expect(unknown.output.contains("! ssm: the instance's agent was not found out"))
    #expect(unknown.output.contains("help: add ssm:DescribeInstanceInformation"))
    try machine.deny("ecr:BatchGetImage")
    let role = try check(bench)
    #expect(role.code == 10, "\(role)")
    #expect(role.output.contains("✗ role: ") && role.output.contains("ecr:BatchGetImage"))
  }

  @Test func aTrainThatWouldFailSendsNothing() throws {
    let bench = try bench()
    let blobs = try machine.registry.blobs()
    let sent = try machine.sentCommands().count
    let result = try bench.start(
      ["aws", "train", machine.instance, "train.sh", "--gpus", "all"]
    ).wait()
    #expect(result.code == 210, "\(result)")
    #expect(result.errors.contains("✗ gpus: ") && result.errors.contains("[preflight]"))
    #expect(try machine.registry.blobs() == blobs)
    #expect(try machine.sentCommands().count <= sent + 1, "only the look around")
  }

  @Test func instancesAreListed() throws {
    let result = try bench().does("aws", "instances")
    #expect(result.output.contains(machine.instance) && result.output.contains("online"))
  }
}
