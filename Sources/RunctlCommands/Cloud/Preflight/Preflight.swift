import AWS
import Diagnostics
import Launching
import OCI

/// Looks whether an instance can run something, before anything is sent or paid.
struct Preflight {
  let cloud: CloudAccess
  let terminal: Terminal
  /// What was found before; nil looks for the instance.
  var reached: Reach?

  /// - machine: nil when nothing can be run on it now.
  typealias Reach = (machine: ReachableMachine?, inquiry: PreflightInquiry)

  /// - Parameters:
  ///   - id: The instance's.
  ///   - needs: Of the run, and what was found out about them, given the kind of machine that the
  ///     instance is. Not called when nothing can be run on it.
  /// - Throws: What makes asking impossible; everything else is a finding.
  func check(
    _ id: String, needs: (Platform?) throws -> (RunNeeds, [PreflightFinding])
  ) throws -> PreflightReport {
    let region = try cloud.requiredRegion()
    let account = try cloud.identity().account
    var (machine, inquiry) = try reached ?? reach(id)
    defer { terminal.show("") }
    if let machine {
      let (needs, findings) = try needs(machine.platform)
      inquiry.add(findings)
      try survey(id, needs, &inquiry)
      try lookAtBucket(needs, &inquiry)
    }
    return PreflightReport(
      instance: id, account: account, region: region, findings: inquiry.findings)
  }

  func check(_ id: String, _ needs: RunNeeds) throws -> PreflightReport {
    try check(id) { _ in (needs, []) }
  }

  // MARK: The instance

  struct ReachableMachine {
    /// nil when EC2 did not say.
    let platform: Platform?
  }

  /// The first part of a check, which needs to know nothing of what is to run.
  func reach(_ id: String) throws -> Reach {
    var inquiry = PreflightInquiry()
    defer { terminal.show("") }
    return (try reachable(id, &inquiry), inquiry)
  }

  /// - Returns: nil when nothing can be run on it now.
  private func reachable(
    _ id: String, _ inquiry: inout PreflightInquiry
  ) throws -> ReachableMachine? {
    terminal.show("looking for \(id)")
    var platform: Platform?
    let answer = try inquiry.ask("instance", "the state of the instance") {
      try EC2Instance.named(id, cloud.aws)
    }
    if let found = answer {
      guard let instance = found else {
        inquiry.add(unknown(id))
        return nil
      }
      inquiry.add(Self.finding(instance))
      guard instance.isRunning else { return nil }
      platform = Platform(instance.architecture)
    }
    terminal.show("asking for the agent of \(id)")
    if let agent = try inquiry.ask(
      "ssm", "the instance's agent", { try SSMAgent.of(id, cloud.aws) }
    ) {
      inquiry.add(Self.finding(agent))
      guard agent?.isOnline == true else { return nil }
    }
    return ReachableMachine(platform: platform)
  }

  private func unknown(_ id: String) -> PreflightFinding {
    let others = (try? EC2Instance.all(cloud.aws).map(\.id)) ?? []
    let near = Suggestion.closest(to: id, among: others)
    return PreflightFinding(
      .error, "instance",
      "there is no instance '\(id)' in \(cloud.region ?? "this region")"
        + (near.map { "; did you mean '\($0)'?" } ?? ""),
      remedy: "'runctl aws instances' lists them; --region looks elsewhere")
  }

  private static func finding(_ instance: EC2Instance) -> PreflightFinding {
    guard !instance.isRunning else {
      return PreflightFinding(.ok, "instance", "\(instance.type), running in \(instance.zone)")
    }
    return PreflightFinding(
      .error, "instance", "the instance is \(instance.state)",
      remedy: instance.state == "stopped"
        ? "aws ec2 start-instances --instance-ids \(instance.id)"
        : "wait until it runs: aws ec2 wait instance-running --instance-ids \(instance.id)")
  }

  private static func finding(_ agent: SSMAgent?) -> PreflightFinding {
    guard agent?.isOnline != true else { return PreflightFinding(.ok, "ssm", "online") }
    return PreflightFinding(
      .error, "ssm",
      agent.map { "the agent on the instance is not online: \($0.status)" }
        ?? "Systems Manager does not know the instance",
      remedy:
        "its role needs AmazonSSMManagedInstanceCore (docs/aws.md), and the SSM agent must run")
  }

  // MARK: On the instance

  private func survey(
    _ id: String, _ needs: RunNeeds, _ inquiry: inout PreflightInquiry
  ) throws {
    terminal.show("looking around on \(id)")
    let shell = SSMShell(cloud.aws, instance: id)
    let result = try inquiry.ask("survey", "what the instance has") {
      try shell.run(InstanceSurvey(needs).script, timeout: InstanceSurvey.limit)
    }
    guard let result else { return }
    let facts = InstanceFacts(result.output)
    guard facts.platform != nil else {
      inquiry.add(
        PreflightFinding(
          .warning, "survey", "what the instance has was not found out: its reply is none",
          remedy: "see whether scripts run there: aws ssm send-command"))
      return
    }
    inquiry.add(InstanceRules(needs, facts).findings)
  }

  /// From here, where code and results go through.
  private func lookAtBucket(_ needs: RunNeeds, _ inquiry: inout PreflightInquiry) throws {
    guard let bucket = needs.bucket else { return }
    terminal.show("looking at s3://\(bucket)")
    let isThere = try inquiry.ask("s3", "whether 's3://\(bucket)' can be used") {
      try S3Objects(cloud.aws).hasBucket(bucket)
    }
    switch isThere {
    case true?: inquiry.add(PreflightFinding(.ok, "s3", "'s3://\(bucket)' is there"))
    case false?:
      inquiry.add(
        PreflightFinding(
          .error, "s3", "there is no bucket '\(bucket)'",
          remedy: "aws s3 mb s3://\(bucket), or correct s3_bucket in [aws]"))
    case nil: break
    }
  }
}
