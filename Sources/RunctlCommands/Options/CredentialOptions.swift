import ArgumentParser
import OCI
import Project

/// Credentials for one registry, for this command alone.
struct CredentialOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The user at the registry.", valueName: "name"))
  var username: String?

  @Flag(help: "Read the password or access token from standard input.")
  var passwordStdin = false

  @Option(
    help: ArgumentHelp(
      "The registry that they are for (default: the one that is pushed to).", valueName: "host"))
  var registry: String?

  func validate() throws {
    guard username?.contains(":") != true else {
      throw ValidationError("a user name has no ':'")
    }
    guard (username != nil) == passwordStdin else {
      throw ValidationError("--username and --password-stdin go together")
    }
    guard registry == nil || passwordStdin else {
      throw ValidationError("--registry is for --username and --password-stdin")
    }
  }

  /// - Parameter destinations: Where images are pushed to: looked up only when `--registry` does not
  ///   say what the password is for.
  /// - Returns: nil when the command line has none.
  func credentials(
    pushingTo destinations: @autoclosure () throws -> [PushDestination]
  ) throws -> GivenCredentials? {
    guard let username else { return nil }
    let host = try registry.map { try RegistryName($0).registry } ?? Self.only(of: destinations())
    return GivenCredentials(
      registry: host, user: username, password: try PasswordInput.repeatableLine())
  }

  private static func only(of destinations: [PushDestination]) throws -> String {
    let hosts = Set(destinations.map(\.registry))
    guard hosts.count <= 1 else {
      throw UsageError(
        "ambiguous-registry",
        "images go to several registries: "
          + hosts.sorted().joined(separator: ", "),
        help: "say by --registry which one the password is for")
    }
    guard let host = hosts.first else {
      throw UsageError(
        "ambiguous-registry", "nothing says where images go, and so whose password it is",
        help: "say by --registry which registry the password is for")
    }
    return host
  }
}
