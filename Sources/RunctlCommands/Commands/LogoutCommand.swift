import ArgumentParser

struct LogoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "Forget the password for a registry.",
    discussion: """
      For Amazon ECR all passwords that are kept for it are forgotten, of whatever profile.

      Examples:
        runctl logout                        Docker Hub
        runctl logout registry.example.com
      """)

  @OptionGroup var projectOptions: ProjectOptions

  @Argument(help: ArgumentHelp("The registry (default: docker.io).", valueName: "host"))
  var registry: String?

  func run() throws {
    try Session.run {
      let workspace = try Workspace(directory: projectOptions.directory)
      return try Login(workspace: workspace, registry: RegistryName(registry).registry).end()
    }
  }
}
