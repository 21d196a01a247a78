import AWS
import BuildEngine
import Diagnostics
import Launching
import OCI
import Project
import Registry
import Synchronization

/// Amazon ECR as the place where the project's images go.
///
/// It is a registry whose name says so. The one that `ecr_registry` in `[docker]` names is ECR under
/// another name only where the environment says that AWS itself is elsewhere: else a project could
/// have the user's password sent to any host.
struct CloudRegistry: Sendable {
  let cloud: CloudAccess
  private let settings: DockerSettings

  init(_ cloud: CloudAccess, _ settings: DockerSettings) {
    self.cloud = cloud
    self.settings = settings
  }

  /// Whether the registry is an ECR that this machine can log in to.
  func includes(_ registry: String) -> Bool {
    ECRHost(registry) != nil || (registry == namedHost && cloud.hasOwnEndpoint)
  }

  /// How an instance's Docker gets in there.
  /// - Parameter region: The instance's, for a registry whose name has none.
  func login(on registry: String, near region: String) -> RemoteJob.Login {
    guard includes(registry) else { return .own }
    return .ecr(host: registry, region: ECRHost(registry)?.region ?? region)
  }

  private var namedHost: String? {
    settings.ecrRegistry.flatMap { ImageReference("\($0.value)/x")?.registry }
  }

  /// Where images go when nothing but the account says it.
  /// - Parameter asks: Whether AWS is asked for the account when that is not known.
  /// - Returns: nil when AWS is not set up, or the project names another registry.
  /// - Throws: ``AWSError``.
  func derivedHost(asks: Bool = true) throws(AWSError) -> String? {
    guard settings.ecrRegistry == nil,
      cloud.givesRegistry(besides: settings.dockerHubUsername != nil)
    else { return nil }
    guard asks else {
      guard let account = cloud.knownIdentity?.account, let region = cloud.region else {
        return nil
      }
      return ECRHost(account: account, region: region).host
    }
    let region = try cloud.requiredRegion()
    return ECRHost(account: try cloud.identity().account, region: region).host
  }

  /// What shows events, and says before anything is sent to ECR to whose account it goes.
  func announcing(to terminal: Terminal, _ events: @escaping EventSink) -> EventSink {
    { event in
      if case .uploading(_, let place) = event, includes(place.registry) {
        // Whoever cannot say who is asking cannot log in either, which is told then.
        try? cloud.announce(to: terminal, host: ECRHost(place.registry))
      }
      events(event)
    }
  }

  /// The `aws` program for the region that a registry is in.
  private func aws(for registry: String) -> AWSProgram {
    cloud.aws.inRegion(ECRHost(registry)?.region)
  }

  /// A password for a registry.
  /// - Throws: ``AWSError``.
  func password(for registry: String) throws(AWSError) -> String {
    try ECRCalls(aws(for: registry)).password()
  }

  /// Makes the repository, as the configuration wants it.
  /// - Throws: ``AWSError``, or ``RepositoryError`` when it is not wanted.
  func create(_ repository: String, in registry: String) throws {
    guard cloud.createsRepositories else {
      throw RepositoryError.missing(registry: registry, repository: repository)
    }
    let wanted = ECRCalls.NewRepository(
      name: repository, scansOnPush: settings.scansOnPush?.value,
      hasMutableTags: settings.hasMutableTags?.value)
    try ECRCalls(aws(for: registry)).create(wanted, account: ECRHost(registry)?.account)
  }

  /// What a registry's refusal means in IAM's words; other errors come back as they are.
  func explained(_ error: any Error) -> any Error {
    guard case RegistryError.denied(let host, let subject, let lookup, let told) = error,
      lookup.outcome == .accepted, includes(host)
    else { return error }
    return RepositoryError.denied(registry: host, subject: subject, told: told.description)
  }
}
