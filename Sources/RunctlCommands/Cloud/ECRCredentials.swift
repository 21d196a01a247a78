import AWS
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

  private static let kind = "password"
  /// It must still be good at the end of what it is used for.
  private static let margin = Duration.seconds(1800)

  func credentials(for host: String) throws -> Credentials? {
    guard registry.includes(host) else { return nil }
    let records = registry.cloud.records
    if let kept = records.value(Self.kind, question(host), as: String.self) {
      return credentials(kept)
    }
    let password = try registry.password(for: host)
    records.keep(
      password, Self.kind, question(host), for: ECRCalls.passwordLifetime - Self.margin)
    return credentials(password)
  }

  /// Another password in the place of one that the registry does not take.
  func renewed(for host: String, refused: Credentials) throws -> Credentials? {
    guard registry.includes(host) else { return nil }
    let records = registry.cloud.records
    // Another thread or command may have renewed it already.
    if let kept = records.value(Self.kind, question(host), as: String.self),
      credentials(kept) != refused
    {
      return credentials(kept)
    }
    records.drop(Self.kind, question(host))
    return try credentials(for: host)
  }

  /// Drops the password that is kept for a registry.
  /// - Returns: Whether there was one.
  func forget(_ host: String) -> Bool {
    guard registry.includes(host) else { return false }
    let records = registry.cloud.records
    let wasThere = records.value(Self.kind, question(host), as: String.self) != nil
    records.drop(Self.kind, question(host))
    return wasThere
  }

  private func question(_ host: String) -> [String] {
    registry.cloud.traits + [registry.cloud.region ?? "", host]
  }

  private func credentials(_ password: String) -> Credentials {
    .password(user: ECRCalls.user, password: password)
  }
}
