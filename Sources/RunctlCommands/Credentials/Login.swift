import OCI
import Project
import Registry

/// Tries a password at a registry and, when it is good, keeps it where Docker does.
struct Login {
  let workspace: Workspace
  let registry: String

  func run(user: String, password: Secret) throws -> CommandStatus {
    let file = try dockerFile()
    let given = GivenCredentials(registry: registry, user: user, password: password)
    let terminal = workspace.terminal
    terminal.show("asking \(registry)")
    let client = workspace.registry(asking: CredentialChain([given]))
    let result = Result { try client.access(to: registry) }
    terminal.show("")
    let access = try result.get()
    try Self.check(access)
    if access.method == nil {
      terminal.note("\(registry) asks for no credentials, so these could not be tried")
    }
    let place = try file.store(.password(user: user, password: password.reveal()), for: registry)
    terminal.print("logged in to \(registry) as \(user); the password is in \(place)")
    return .success
  }

  private static func check(_ access: RegistryAccess) throws {
    if let failure = access.failure { throw failure }
    // Others may be let in without any, and these are still wrong.
    if case .refused = access.lookup.outcome {
      throw RegistryError.unauthorized(
        host: access.lookup.registry, subject: access.lookup.registry,
        credentials: access.lookup, told: ServerMessage())
    }
  }

  func end() throws -> CommandStatus {
    let kept = ECRCredentials(registry: workspace.cloudRegistry)
    let places = try (kept.forget(registry) ? [kept.place] : []) + dockerFile().erase(for: registry)
    workspace.terminal.print(
      places.isEmpty
        ? "not logged in to \(registry)"
        : "logged out of \(registry) (\(places.joined(separator: ", ")))")
    return .success
  }

  private func dockerFile() throws -> DockerConfigFile {
    guard let file = DockerConfigFile(environment: workspace.environment) else {
      throw UsageError(
        "no-home", "there is no place for credentials: neither HOME nor DOCKER_CONFIG is set",
        help: "set DOCKER_CONFIG to a folder of your own")
    }
    return file
  }
}
