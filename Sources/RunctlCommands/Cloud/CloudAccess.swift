import AWS
import Project
import Storage
import Synchronization

/// The AWS that a command speaks to: which region, as whom. One for the whole invocation.
///
/// No file is read and nothing asked before somebody needs it; what does not change is asked once.
final class CloudAccess: Sendable {
  let createsRepositories: Bool
  let records: CloudRecords
  private let settings: AWSSettings
  /// Whether the project's own file has to do with AWS; the person's own is for all projects.
  private let isNamedByProject: Bool
  private let options: CloudOptions
  private let setup: AWSSetup
  private let environment: [String: String]
  private let foundRegion = Mutex<String??>(nil)
  private let knownAccount = Mutex<AWSIdentity?>(nil)
  /// Accounts and regions.
  private let told = Mutex<Set<[String]>>([])

  init(
    _ project: Project, _ options: CloudOptions, environment: [String: String],
    store: StorePaths
  ) {
    settings = project.configuration.aws
    isNamedByProject = project.isOwn(settings.region) || project.isOwn(settings.s3Bucket)
    self.options = options
    self.environment = environment
    setup = AWSSetup(environment: environment, profile: options.profile)
    createsRepositories = options.createsRepositories
    records = CloudRecords(folder: store.cloud)
  }

  // MARK: Without asking AWS

  /// Whether anybody has set up AWS, in a configuration, by a flag, or on this machine.
  var isConfigured: Bool {
    isOfProject || settings.region != nil || settings.s3Bucket != nil || setup.isThere
  }

  /// Whether what the project is pushed to follows from the account.
  /// - Parameter hasOther: Whether the project names an account of another registry. AWS goes before
  ///   it only where both the project and the machine are set up for AWS.
  func givesRegistry(besides hasOther: Bool) -> Bool {
    hasOther ? isOfProject && setup.isThere : isConfigured
  }

  private var isOfProject: Bool {
    isNamedByProject || options.region != nil || options.profile != nil
  }

  /// From the flag, the environment, the project, or the profile, in this order; nil leaves it to the
  /// `aws` program, which fails without one.
  var region: String? {
    foundRegion.withLock { found in
      if let found { return found }
      let region =
        options.region ?? setup.regionOfEnvironment ?? settings.region?.value
        ?? setup.regionOfProfile
      found = .some(region)
      return region
    }
  }

  /// - Throws: ``AWSError/noRegion``, also for what cannot be one: it becomes part of host names.
  func requiredRegion() throws(AWSError) -> String {
    guard let region, region.wholeMatch(of: /[a-z0-9-]+/) != nil else { throw .noRegion }
    return region
  }

  /// Whether the environment names another place for AWS than AWS's own.
  var hasOwnEndpoint: Bool {
    ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_ECR"].contains { environment[$0]?.isEmpty == false }
  }

  /// All that says whose credentials calls are made with; no secret is in it.
  var traits: [String] { setup.traits }

  // MARK: Asking

  var aws: AWSProgram {
    AWSProgram(
      AWSProgram.Scope(region: region, profile: setup.profile), environment: environment)
  }

  /// Credentials change hands rarely, and their files say when.
  private static let identityLifetime = Duration.seconds(12 * 3600)

  /// Who is asking: known from an earlier command, else asked.
  /// - Throws: ``AWSError``.
  func identity() throws(AWSError) -> AWSIdentity {
    if let identity = knownIdentity { return identity }
    let identity = try AWSIdentity.current(aws)
    knownAccount.withLock { $0 = identity }
    records.keep(identity, "identity", traits, for: Self.identityLifetime)
    return identity
  }

  /// Who is asking, as far as that is known without asking.
  var knownIdentity: AWSIdentity? {
    knownAccount.withLock { known in
      known = known ?? records.value("identity", traits, as: AWSIdentity.self)
      return known
    }
  }

  /// Says before anything is sent to whose account and which region it goes; of each once.
  /// - Parameter host: A registry that says both by its name.
  /// - Throws: ``AWSError``.
  func announce(to terminal: Terminal, host: ECRHost? = nil) throws(AWSError) {
    var (account, place) = (host?.account ?? "", host?.region ?? "")
    if host == nil {
      place = try requiredRegion()
      account = try identity().account
    }
    guard told.withLock({ $0.insert([account, place]).inserted }) else { return }
    let profile = setup.profile.map { ", profile \(DiagnosticPrinter.printable($0))" } ?? ""
    terminal.note("aws: account \(account), region \(place)\(profile)")
  }
}
