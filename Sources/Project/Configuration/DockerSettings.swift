/// `[docker]`.
package struct DockerSettings: Sendable, Hashable {
  /// A registry's host, perhaps with the start of a path behind it.
  package let ecrRegistry: Located<String>?
  package let dockerHubUsername: Located<String>?
  package let dockerHubPassword: Located<Secret>?
  /// For all images.
  package let buildArguments: [Located<Assignment>]
  /// Whether a repository that is made in ECR scans what is pushed; nil is ECR's own choice.
  package let scansOnPush: Located<Bool>?
  /// Whether tags may move in a repository that is made in ECR; nil is ECR's own choice.
  package let hasMutableTags: Located<Bool>?

  init(_ values: ConfigurationValues) {
    ecrRegistry = values.text("docker", "ecr_registry")
    dockerHubUsername = values.text("docker", "dockerhub_username")
    dockerHubPassword = values.secret("docker", "dockerhub_password")
    buildArguments = values.assignments("docker", "build_args")
    scansOnPush = values.flag("docker", "scan_on_push")
    hasMutableTags = values.text("docker", "tag_mutability")?.map { $0 == "mutable" }
  }
}
