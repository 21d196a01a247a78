import OCI
import Project
import Registry

/// Docker Hub's user and password, or access token, from variables of the environment.
struct EnvironmentCredentials: CredentialSource {
  private static let user = "DOCKERHUB_USERNAME"
  private static let secrets = ["DOCKERHUB_PASSWORD", "DOCKERHUB_TOKEN"]

  /// The variable that the secret is in.
  let place: String
  private let user: String?
  private let secret: Secret

  /// - Parameter configured: The user whom `.runctl.toml` names.
  /// - Returns: nil when no variable has a secret.
  init?(environment: [String: String], configured: String?) {
    let value = { Self.value($0, environment) }
    guard let place = Self.secrets.first(where: { value($0) != nil }), let secret = value(place)
    else { return nil }
    self.place = place
    self.secret = Secret(secret)
    user = Self.user(environment) ?? configured
  }

  /// Whom the environment names.
  static func user(_ environment: [String: String]) -> String? { value(user, environment) }

  private static func value(_ name: String, _ environment: [String: String]) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  func credentials(for registry: String) throws -> Credentials? {
    guard registry == ImageReference.dockerHub else { return nil }
    guard let user else {
      throw RegistryError.credentialSource(
        place: place, reason: "there is no user name with it", help: "set \(Self.user) too")
    }
    return .password(user: user, password: secret.reveal())
  }

  func remedy(for registry: String) -> String { "correct \(Self.user) and \(place), or unset both" }
}
