import OCI

/// Compares what a run needs with what a machine has: one finding a check.
///
/// What was not found out is a warning or nothing, never an error.
package struct InstanceRules: Sendable {
  private let needs: RunNeeds
  private let facts: InstanceFacts

  package init(_ needs: RunNeeds, _ facts: InstanceFacts) {
    self.needs = needs
    self.facts = facts
  }

  package var findings: [PreflightFinding] {
    var findings = [architecture, program, disk].compactMap(\.self)
    findings += GPURules(needs, facts).findings
    findings += [login, bucket].compactMap(\.self)
    return findings
  }

  private var architecture: PreflightFinding? {
    guard let image = needs.image else { return nil }
    guard let actual = facts.platform else {
      return PreflightFinding(
        .warning, "architecture", "the instance does not say what kind of machine it is")
    }
    guard actual.architecture != image.platform.architecture else {
      return PreflightFinding(.ok, "architecture", "\(actual.architecture), as the image")
    }
    return PreflightFinding(
      .error, "architecture",
      "the image is for \(image.platform), the instance is \(actual.architecture)",
      remedy: "build with --platform linux/\(actual.architecture), or use another instance")
  }

  private var program: PreflightFinding? {
    guard needs.usesDocker else {
      return facts.hasPython
        ? PreflightFinding(.ok, "python", "python3 is there")
        : PreflightFinding(
          .error, "python", "the instance has no python3",
          remedy: "install it there, or train in a container")
    }
    if let version = facts.docker { return PreflightFinding(.ok, "docker", "Docker \(version)") }
    if let problem = facts.dockerProblem {
      return PreflightFinding(
        .error, "docker", "Docker does not answer on the instance: \(problem)",
        remedy: "on the instance: systemctl start docker")
    }
    return PreflightFinding(
      .error, "docker", "the instance has no Docker",
      remedy: "install it there (dnf install docker, apt-get install docker.io), or use an AMI "
        + "that has it, such as a Deep Learning AMI")
  }

  private var disk: PreflightFinding? {
    guard let image = needs.image, let room = image.roomNeeded, let free = facts.freeBytes else {
      return nil
    }
    if facts.hasImage { return PreflightFinding(.ok, "disk", "the image is there already") }
    let (has, needed) = (Self.gigabytes(free), Self.gigabytes(room))
    if free >= room {
      return PreflightFinding(.ok, "disk", "\(has) free, the image takes up to \(needed)")
    }
    // Layers that the instance has already take nothing.
    let isHopeless = facts.hasLayers == false && image.leastRoom.map { free < $0 } == true
    return PreflightFinding(
      isHopeless ? .error : .warning, "disk",
      "\(has) free where Docker keeps images, and the image takes up to \(needed)",
      remedy: "make room on the instance (docker system prune), or enlarge its volume")
  }

  private var login: PreflightFinding? {
    guard needs.ecrRegion != nil, needs.image != nil else { return nil }
    if let problem = facts.pullProblem, AccessDenial.isOne(problem) {
      return PreflightFinding(
        .error, "role", "the instance's role may not pull the image: \(problem)",
        remedy: "add ecr:BatchGetImage and ecr:GetDownloadUrlForLayer to the role's policy "
          + "(docs/aws.md has it whole)")
    }
    switch facts.canLogIn {
    case true?: return PreflightFinding(.ok, "role", "the instance may log in to ECR and pull")
    case false?:
      return PreflightFinding(
        .error, "role",
        "the instance cannot log in to ECR: \(facts.loginProblem ?? "it does not say why")",
        remedy: "give it an instance profile with the policy of docs/aws.md, and the aws program")
    case nil:
      return PreflightFinding(
        .warning, "role", "whether the instance may pull from ECR was not found out")
    }
  }

  private var bucket: PreflightFinding? {
    guard let bucket = needs.bucket else { return nil }
    if facts.canUseBucket == true {
      return PreflightFinding(.ok, "s3-instance", "the instance reaches 's3://\(bucket)'")
    }
    // Listing a bucket is a right of its own, which reading and writing do not need.
    return PreflightFinding(
      .warning, "s3-instance",
      "the instance could not look at 's3://\(bucket)': "
        + (facts.bucketProblem ?? "it does not say why"),
      remedy: "compare its role's policy with docs/aws.md")
  }

  private static func gigabytes(_ bytes: Int64) -> String {
    let tenths = (bytes + 50_000_000) / 100_000_000
    return "\(tenths / 10).\(tenths % 10) GB"
  }
}

/// What the `aws` program prints when a policy lacks something.
enum AccessDenial {
  static func isOne(_ text: String) -> Bool {
    ["AccessDenied", "not authorized", "UnauthorizedOperation", "(403)"]
      .contains { text.contains($0) }
  }
}
