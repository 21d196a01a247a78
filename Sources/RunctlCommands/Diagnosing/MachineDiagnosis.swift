import Launching

/// What this machine has of what builds, runs and AWS need.
struct MachineDiagnosis: Encodable {
  let findings: [PreflightFinding]

  init(_ workspace: Workspace) throws {
    let terminal = workspace.terminal
    terminal.show("looking at this machine")
    defer { terminal.show("") }
    let sandbox = SandboxProbe(workspace)
    let programs = ProgramProbe(workspace)
    findings =
      [sandbox.runtime] + sandbox.store + [sandbox.disk, programs.docker]
      + GPUProbe(workspace.environment).findings + [try programs.aws, programs.git]
  }

  func tell(asJSON: Bool) throws -> CommandStatus {
    if asJSON {
      try JSONOutput.print(self, to: .standard)
    } else {
      FindingView(terminal: .standard).print(findings)
    }
    return findings.contains { $0.level == .error } ? .preflight : .success
  }
}
