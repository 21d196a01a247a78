/// `[docker]`.
package struct DockerSettings: Sendable, Hashable {
  /// A registry's host, perhaps with the start of a path behind it.
  package let ecrRegistry: Located<String>?
  package let dockerHubUsername: Located<String>?
  package let dockerHubPassword: Located<Secret>?
  /// For all images.
  package let buildArguments: [Located<Assignment>]

  init(_ values: ConfigurationValues) {
    ecrRegistry = values.text("docker", "ecr_registry")
    dockerHubUsername = values.text("docker", "dockerhub_username")
    dockerHubPassword = values.secret("docker", "dockerhub_password")
    buildArguments = values.assignments("docker", "build_args")
  }
}
