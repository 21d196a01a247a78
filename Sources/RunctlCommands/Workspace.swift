import BuildEngine
import ContextScan
import Diagnostics
import FileSystem
import Glibc
import Launching
import OCI
import Processes
import Project
import Registry
import Sandbox
import State
import Storage
import Synchronization

/// One invocation in one project: the one place that names concrete parts.
final class Workspace: Sendable {
  let environment: [String: String]
  let project: Project
  let terminal: Terminal
  /// Where the project's state is.
  let stateDirectory: String
  let storePaths: StorePaths
  /// Where the person stands, or says to stand.
  let start: String
  let cloud: CloudAccess
  private let openedStore = Mutex<Store?>(nil)
  private let openedState = Mutex<ProjectState?>(nil)
  private let hasToldOfState = Atomic(false)
  private let openedRegistry = Mutex<RegistryClient?>(nil)
  private let givenCredentials = Mutex<GivenCredentials?>(nil)

  /// - Parameters:
  ///   - directory: Where to start; nil is where the person stands.
  ///   - context: A context that the command line names.
  ///   - cloud: What the command line says about AWS.
  init(
    directory: String?, context: String? = nil, cloud: CloudOptions = CloudOptions(),
    options: (String) throws -> ImageOptions = { _ in .init() }
  ) throws {
    environment = ProcessEnvironment.all
    terminal = .standard
    start = try FileTree.canonicalPath(directory ?? ".")
    let root = try ProjectRoot.find(from: start, context: context)
    project = try Project.open(
      root, below: UserConfiguration.find(environment), options: options(start))
    storePaths = StorePaths.ofUser(environment)
    stateDirectory = Self.stateDirectory(root.path, environment, storePaths)
    self.cloud = CloudAccess(project, cloud, environment: environment, store: storePaths)
  }

  /// `RUNCTL_STATE_DIR`, else `.runctl` of the project, else, when that cannot be written, a folder
  /// of the store.
  private static func stateDirectory(
    _ root: String, _ environment: [String: String], _ store: StorePaths
  ) -> String {
    if let given = environment["RUNCTL_STATE_DIR"], !given.isEmpty { return given }
    let own = root + "/.runctl"
    if access(FileTree.exists(own) ? own : root, W_OK) == 0 { return own }
    return store.root + "/states/" + SHA256.digest(of: root).short
  }

  // MARK: Parts, opened when they are first needed

  func store() throws -> Store {
    try openedStore.withLock { opened in
      if let opened { return opened }
      let store = try Store.open(storePaths, terminal)
      opened = store
      return store
    }
  }

  /// The state, to be looked at only. That it is damaged is told once.
  /// - Parameter writesNext: Whether the command goes on with ``state()``, which then tells it.
  func reading(writesNext: Bool = false) -> ProjectState {
    .reading(stateDirectory) { [self] finding in
      guard !writesNext, !hasToldOfState.exchange(true, ordering: .relaxed) else { return }
      DiagnosticPrinter(terminal: terminal).print(finding)
    }
  }

  func state() throws -> ProjectState {
    try openedState.withLock { opened in
      if let opened { return opened }
      let printer = DiagnosticPrinter(terminal: terminal)
      let state = try ProjectState.writing(stateDirectory) { printer.print($0) }
      opened = state
      return state
    }
  }

  /// Waits until no other runctl makes a target of this project.
  /// - Parameter whenBlocked: Called once when somebody does.
  func lock(_ target: Target, whenBlocked: () -> Void) throws -> FileLock {
    let directory = stateDirectory + "/locks"
    try FileTree.makeDirectories(directory)
    let name = SHA256.digest(of: "\(target) \(target.detail)").short
    return try FileLock.acquire(
      "\(directory)/\(name)", whenBlocked: whenBlocked,
      isCancelled: Interruption.shared.isRequested)
  }

  var cloudRegistry: CloudRegistry { CloudRegistry(cloud, project.configuration.docker) }

  /// One for the whole invocation: it keeps connections and tokens, and what it learnt of limits.
  func registry() -> RegistryClient {
    openedRegistry.withLock { opened in
      let client = opened ?? registry(asking: credentials())
      opened = client
      return client
    }
  }

  /// Credentials from the command line, for all that this invocation asks of registries.
  func use(_ given: GivenCredentials) { givenCredentials.withLock { $0 = given } }

  private func credentials() -> CredentialChain {
    RegistryCredentials.chain(
      given: givenCredentials.withLock { $0 }, environment: environment, project: project,
      further: [ECRCredentials(registry: cloudRegistry)]
    ) { [terminal] in DiagnosticPrinter(terminal: terminal).print($0) }
  }

  /// A client of its own, with these credentials and no others.
  func registry(asking credentials: CredentialChain) -> RegistryClient {
    var configuration = RegistryConfiguration()
    for registry in project.configuration.registries {
      configuration.mirrors[registry.host.value] = registry.mirrors.map(\.value)
      if registry.isInsecure { configuration.insecureRegistries.insert(registry.host.value) }
    }
    return RegistryClient(
      configuration: configuration, credentials: credentials,
      repositories: CloudRepositories(cloudRegistry, terminal), environment: environment,
      isCancelled: Interruption.shared.isRequested)
  }

  /// - Parameter other: A store in place of the user's.
  func services(
    in other: Store? = nil, jobs: Int?, keepsGoing: Bool = false,
    surroundings: Surroundings = .usual, events: @escaping EventSink
  ) throws -> BuildServices {
    let store = try other ?? store()
    let cores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return BuildServices(
      store: store, project: project.root.path, registry: registry(),
      makeSandbox: { try Self.sandbox(store) }, interruption: .shared,
      jobs: jobs ?? max(8, 2 * cores), keepsGoing: keepsGoing, surroundings: surroundings,
      events: cloudRegistry.announcing(to: terminal, events))
  }

  static func sandbox(_ store: Store) throws -> Sandbox {
    Sandbox(
      runtime: try Runtime.find(), scratch: try store.makeTemporaryDirectory("sandbox"),
      cache: store.paths.runtimeCache)
  }

  /// - Parameter lock: What the project pins; nil when it pins nothing.
  func resolver(
    _ settings: BuildSettings, _ lock: LockFile?, events: @escaping EventSink
  ) throws -> BaseResolver {
    BaseResolver(
      store: try store(), registry: registry(), pins: lock?.basePins,
      asksAgain: settings.asksForBases, maxAge: project.configuration.baseMaxAge?.value,
      remembers: !settings.onlyLooks, events: events)
  }

  /// Finds out what ADDs take from elsewhere.
  func sourceResolver(
    _ settings: BuildSettings, _ lock: LockFile?, events: @escaping EventSink
  ) throws -> SourceResolver {
    SourceResolver(
      try services(jobs: settings.jobs, events: events), environment: environment,
      pins: lock?.sourcePins, asksAgain: settings.asksForBases,
      remembers: !settings.onlyLooks)
  }

  /// What the project pins; nil when it pins nothing.
  func lockFile() throws -> LockFile? { try LockFile.read(in: project.root.path) }

  func folders(of image: ImageDefinition) -> ProjectFolders {
    ProjectFolders(
      root: project.root.path, context: image.context, home: environment["HOME"])
  }

  func clock() -> TouchedFileClock { TouchedFileClock(directory: stateDirectory) }
}

extension Store {
  /// Opens the user's store; what it finds wrong and puts right is told.
  static func open(_ paths: StorePaths, _ terminal: Terminal) throws -> Store {
    let printer = DiagnosticPrinter(terminal: terminal)
    return try Store(at: paths, isCancelled: Interruption.shared.isRequested) {
      printer.print($0)
    }
  }
}
