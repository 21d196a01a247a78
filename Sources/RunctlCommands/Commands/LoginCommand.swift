import ArgumentParser
import Project

struct LoginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login",
    abstract: "Log in to a registry.",
    discussion: """
      The password is tried at the registry first, and then kept where Docker keeps it: in the
      credential helper of ~/.docker/config.json, or in that file.

      Examples:
        runctl login                               Docker Hub; asks for user and password
        runctl login -u me registry.example.com
        printenv TOKEN | runctl login -u me --password-stdin localhost:5000
      """)

  @OptionGroup var projectOptions: ProjectOptions

  @Argument(help: ArgumentHelp("The registry (default: docker.io).", valueName: "host"))
  var registry: String?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("The user; asked for when it is not given.", valueName: "name"))
  var username: String?

  @Flag(help: "Read the password or access token from standard input.")
  var passwordStdin = false

  func validate() throws {
    guard username?.contains(":") != true else {
      throw ValidationError("a user name has no ':'")
    }
    guard username != nil || !passwordStdin else {
      throw ValidationError("--password-stdin needs --username")
    }
  }

  func run() throws {
    try Session.run {
      let workspace = try Workspace(directory: projectOptions.directory)
      let login = Login(workspace: workspace, registry: try RegistryName(registry).registry)
      guard passwordStdin || PasswordInput.hasPerson else {
        throw UsageError(
          "password-needed", "there is nobody to ask for the password",
          help: "write it to the command, and use --username and --password-stdin")
      }
      let user = try username ?? ask("user name for \(login.registry)", isSecret: false, workspace)
      let password =
        passwordStdin
        ? try PasswordInput.line()
        : Secret(try ask("password or access token of \(user)", isSecret: true, workspace))
      return try login.run(user: user, password: password)
    }
  }

  private func ask(_ question: String, isSecret: Bool, _ workspace: Workspace) throws -> String {
    let text = try PasswordInput.ask(question, isSecret: isSecret, workspace.terminal)
    guard !text.isEmpty else { throw UsageError("no-password", "nothing was given") }
    return text
  }
}
