import ArgumentParser
import Launching
import OCI
import Project

struct AWSCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say whether an instance can run the project, and what to do where it cannot.",
    discussion: """
      Looks at the instance and its agent, architecture, Docker, GPUs and their driver, disk, the
      role's right to pull, the bucket, and whether the script is in the image. Nothing is sent,
      built or changed. 'aws train' does the same before it sends anything. The exit code is 10 when
      a run would fail.

      Examples:
        runctl aws check i-0123456789abcdef0
        runctl aws check i-0123456789abcdef0 training/train.py --gpus 2
        runctl aws check i-0123456789abcdef0 --docker-image team/trainer:1.4 --json
      """)

  @OptionGroup var projectOptions: ProjectOptions

  @Argument(help: "The instance's id.")
  var instance: String

  @Argument(
    help: "The script, by its path from here or from the project's root.", completion: .file())
  var script: String?

  @Option(
    help: ArgumentHelp(
      "The image, when it is one of a registry and not the project's.", valueName: "reference"))
  var dockerImage: String?

  @Flag(help: "Look at what a run with the instance's own Python needs.")
  var noDocker = false

  @Option(help: ArgumentHelp("An image of the project, when it has several.", valueName: "name"))
  var image: String?

  @Option(help: ArgumentHelp("GPUs: auto, all, none, or how many.", valueName: "gpus"))
  var gpus: String?

  @OptionGroup var aws: AWSOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Session.run {
      let id = try InstanceID.checked(instance)
      let workspace = try Workspace(
        directory: projectOptions.directory, cloud: aws.cloud)
      var subject = try subject(workspace)
      try workspace.cloud.announce(to: workspace.terminal)
      let report = try Preflight(cloud: workspace.cloud, terminal: workspace.terminal)
        .check(id) { platform in (try subject.needs(platform), subject.findings) }
      if json {
        try JSONOutput.print(report, to: workspace.terminal)
      } else {
        FindingView(terminal: workspace.terminal).print(report.findings)
      }
      return report.status
    }
  }

  private func subject(_ workspace: Workspace) throws -> CheckSubject {
    let images = try workspace.project.images(named: image.map { [$0] } ?? [])
    guard let image = images.first, images.count == 1 else {
      throw UsageError.ambiguousImage(images)
    }
    return CheckSubject(
      workspace: workspace, image: image, script: script, reference: try reference(),
      usesDocker: dockerImage != nil || !noDocker && !image.hasNoDockerfile,
      gpus: try ResourceOptions.gpus(gpus, image.run))
  }

  private func reference() throws -> ImageReference? {
    try dockerImage.map { text in
      guard let reference = ImageReference(text) else { throw UsageError.invalidReference(text) }
      return reference
    }
  }
}
