import OCI
import Processes
import Testing

@testable import Launching

@Suite struct InstanceRulesTests {
  private static let healthy = """
    machine=x86_64
    docker=27.1.1
    free=104857600
    runtimes=io.containerd.runc.v2 nvidia runc
    gpus=1
    driver=550.54.15
    cuda=12.4
    login=ok
    bucket=ok
    """

  private func needs(_ change: (inout RunNeeds) -> Void = { _ in }) throws -> RunNeeds {
    var config = ImageConfig(platform: Platform(os: "linux", architecture: "amd64"))
    config.config?.environment = ["CUDA_VERSION=12.4.1"]
    let reference = try #require(
      ImageReference("123456789012.dkr.ecr.us-east-1.amazonaws.com/team/train:1"))
    var needs = RunNeeds(
      .container(
        .init(
          reference: reference, config: config, unpackedSize: 9_000_000_000,
          compressedSize: 4_000_000_000)))
    needs.ecrRegion = "us-east-1"
    needs.bucket = "b"
    change(&needs)
    return needs
  }

  @Test func aHealthyMachineRaisesNoAlarm() throws {
    let findings = InstanceRules(try needs(), InstanceFacts(Self.healthy)).findings
    #expect(findings.map(\.level).allSatisfy { $0 == .ok }, "\(findings)")
    #expect(
      findings.map(\.check) == [
        "architecture", "docker", "disk", "gpus", "nvidia-runtime", "driver", "role", "s3-instance",
      ])
    #expect(findings.allSatisfy { $0.remedy == nil })
  }

  @Test(
    arguments: [
      ("machine=aarch64", "architecture", .error, "--platform linux/arm64"),
      ("docker-error=Cannot connect", "docker", .error, "systemctl start docker"),
      ("free=1000\nlayers=no", "disk", .error, "docker system prune"),
      ("free=1000\nlayers=yes", "disk", .warning, "docker system prune"),
      ("free=1000", "disk", .warning, "docker system prune"),
      ("free=9000000\nlayers=no", "disk", .warning, "docker system prune"),
      ("driver=470.1\ncuda=11.4", "driver", .error, "update the instance's driver"),
      ("driver=535.54.03\ncuda=12.2", "driver", .warning, "update the driver"),
      ("gpus=0", "gpus", .warning, "--gpus none"),
      ("login-error=Unable to locate credentials", "role", .error, "instance profile"),
      (
        "pull-error=An error occurred (AccessDeniedException): no", "role", .error,
        "ecr:BatchGetImage"
      ),
      ("bucket-error=An error occurred (403)", "s3-instance", .warning, "docs/aws.md"),
    ] as [(String, String, PreflightFinding.Level, String)])
  func eachLackIsFoundWithItsRemedy(
    facts: String, check: String, level: PreflightFinding.Level, remedy: String
  ) throws {
    var text = Self.healthy
    if facts.hasPrefix("docker-error") {
      text = text.replacing("docker=27.1.1\n", with: "")
    }
    let found = InstanceRules(try needs(), InstanceFacts(text + "\n" + facts)).findings
    let finding = try #require(found.first { $0.check == check })
    #expect(finding.level == level, "\(finding)")
    #expect(finding.remedy?.contains(remedy) == true, "\(finding)")
  }

  @Test func aRepositoryThatIsNotThereYetIsNoAlarm() throws {
    let text = Self.healthy + "\npull-error=An error occurred (RepositoryNotFoundException): x"
    let found = InstanceRules(try needs(), InstanceFacts(text)).findings
    #expect(found.allSatisfy { $0.level == .ok }, "\(found)")
  }

  @Test func gpusThatAreWantedMustBeThere() throws {
    for (gpus, expected) in [
      (RunResources.GPUs.count(2), PreflightFinding.Level.error), (.all, .ok), (.count(1), .ok),
    ] {
      let needs = try needs { $0.gpus = gpus }
      let found = InstanceRules(needs, InstanceFacts(Self.healthy)).findings
      #expect(found.first { $0.check == "gpus" }?.level == expected)
    }
    let none = try needs { $0.gpus = .none }
    #expect(
      !InstanceRules(none, InstanceFacts(Self.healthy)).findings.contains { $0.check == "gpus" })
  }

  @Test func codeNeedsPythonAndNoDocker() {
    let needs = RunNeeds(.code)
    let found = InstanceRules(needs, InstanceFacts("machine=x86_64\npython=/usr/bin/python3"))
    #expect(found.findings.map(\.check) == ["python", "gpus"])
    #expect(InstanceRules(needs, InstanceFacts("")).findings.first?.level == .error)
  }

  @Test func theScriptRunsInAnyShell() throws {
    let script = InstanceSurvey(try needs { $0.bucket = "a'b; touch /tmp/no" }).script
    let ran = try Subprocess.run(
      Command(["sh", "-u", "-c", script], environment: ["PATH=/usr/bin:/bin"]), interruption: nil)
    #expect(ran.status.isSuccess, "\(ran.errorText)")
    let facts = InstanceFacts(ran.outputText)
    #expect(facts.platform != nil)
  }
}
