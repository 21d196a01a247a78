import OCI
import Project
import Registry

/// Docker Hub's user and password, from the environment or from `.runctl.toml`.
struct DockerHubCredentials: CredentialSource {
  let place: String
  private let username: String
  private let password: Secret

  /// - Returns: nil when no place has both.
  init?(environment: [String: String], _ settings: DockerSettings) {
    let user = environment["DOCKERHUB_USERNAME"].flatMap { $0.isEmpty ? nil : $0 }
    let password = environment["DOCKERHUB_PASSWORD"].flatMap { $0.isEmpty ? nil : Secret($0) }
    guard let username = user ?? settings.dockerHubUsername?.value,
      let secret = password ?? settings.dockerHubPassword?.value
    else { return nil }
    self.username = username
    self.password = secret
    place = password == nil ? Configuration.fileName : "DOCKERHUB_PASSWORD"
  }

  func credentials(for registry: String) -> Credentials? {
    guard registry == ImageReference.dockerHub else { return nil }
    return .password(user: username, password: password.reveal())
  }
}
