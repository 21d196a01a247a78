import Testing

/// `runctl doctor` of this machine.
@Suite struct DoctorTests {
  @Test(.enabled(if: Machine.canRun, "\(Machine.needsRun)"))
  func aHealthyMachineHasNoErrors() throws {
    let bench = try Workbench()
    let result = try bench.runctl("doctor")
    // The disk of a test machine may be short.
    #expect([0, 10].contains(result.code), "\(result)")
    for check in ["runtime", "store", "user-namespaces"] {
      #expect(result.output.contains("✓ \(check): "), "\(check): \(result)")
    }
    #expect(result.output.contains("· aws: AWS is not set up"))
    let json = try bench.runctl("doctor", "--json")
    #expect(json.output.contains("\"check\" : \"runtime\""))
  }

  @Test func whatIsMissingIsFoundWithItsRemedy() throws {
    let bench = try Workbench()
    bench.environment = ["PATH": "/nonexistent", "AWS_PROFILE": "work"]
    let result = try bench.runctl("doctor")
    #expect(result.code == 10, "\(result)")
    #expect(result.output.contains("✗ runtime: ") && result.output.contains("install crun"))
    #expect(result.output.contains("! git: ") && result.output.contains("install git"))
    #expect(result.output.contains("! aws: ") && result.output.contains("install awscli"))
  }
}
