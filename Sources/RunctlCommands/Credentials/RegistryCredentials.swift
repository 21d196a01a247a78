import Diagnostics
import Project
import Registry

/// The places of credentials for registries, in the order in which they are asked.
enum RegistryCredentials {
  /// The command line, the environment, `.runctl.toml`, what the cloud hands out, and last Docker's
  /// own configuration with its helpers.
  ///
  /// - Parameters:
  ///   - given: What the command line says.
  ///   - further: Asked before Docker's configuration.
  ///   - warn: Told, once, of a password that others can read.
  static func chain(
    given: GivenCredentials?, environment: [String: String], project: Project,
    further: [any CredentialSource] = [], warn: @escaping @Sendable (Diagnostic) -> Void
  ) -> CredentialChain {
    let settings = project.configuration.docker
    let own: [(any CredentialSource)?] = [
      given,
      EnvironmentCredentials(
        environment: environment, configured: settings.dockerHubUsername?.value),
      ConfigurationCredentials(
        settings, path: project.passwordFile, user: EnvironmentCredentials.user(environment),
        warn: warn),
    ]
    let file = DockerConfigFile(environment: environment).map { [$0] } ?? []
    return CredentialChain(own.compactMap(\.self) + further + file)
  }
}
