import AWS
import OCI
import Registry

/// ECR's passwords, by `aws ecr get-login-password`: kept in the store until they expire.
struct ECRCredentials: CredentialSource {
  let registry: CloudRegistry

  var place: String { "aws ecr get-login-password" }

  func remedy(for host: String) -> String {
    "see who is asking (aws sts get-caller-identity), and compare with the policy in docs/aws.md"
  }

  /// Other registries do not belong here: then this is no place that was asked.
  func inquire(for host: String) -> [CredentialAnswer] {
    guard registry.includes(host) else { return [] }
    return [
      CredentialAnswer(of: self, place: place) { () throws in try credentials(for: host) }
    ]
  }

  /// It must still be good at the end of what it is used for.
  private static let margin = Duration.seconds(1800)

  func credentials(for host: String) throws -> Credentials? {
    guard registry.includes(host) else { return nil }
    let records = registry.cloud.records
    if let kept = records.value(kind(host), question(host), as: String.self) {
      return credentials(kept)
    }
    let password = try registry.password(for: host)
    records.keep(
      password, kind(host), question(host), for: ECRCalls.passwordLifetime - Self.margin)
    return credentials(password)
  }

  /// Another password in the place of one that the registry does not take.
  func renewed(for host: String, refused: Credentials) throws -> Credentials? {
    guard registry.includes(host) else { return nil }
    let records = registry.cloud.records
    // Another thread or command may have renewed it already.
    if let kept = records.value(kind(host), question(host), as: String.self),
      credentials(kept) != refused
    {
      return credentials(kept)
    }
    records.drop(kind(host), question(host))
    return try credentials(for: host)
  }

  /// Drops the passwords that are kept for a registry, with whosever credentials they were got.
  /// - Returns: Whether there were any.
  func forget(_ host: String) -> Bool {
    registry.includes(host) && registry.cloud.records.dropAll(kind(host))
  }

  private func kind(_ host: String) -> String { "password-\(SHA256.digest(of: host).short)" }

  /// ECR's own hosts say which region they are in.
  private func question(_ host: String) -> [String] {
    registry.cloud.traits + (ECRHost(host) == nil ? [registry.cloud.region ?? ""] : [])
  }

  private func credentials(_ password: String) -> Credentials {
    .password(user: ECRCalls.user, password: password)
  }
}
