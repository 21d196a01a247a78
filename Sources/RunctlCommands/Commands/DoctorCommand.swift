import ArgumentParser

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say whether this machine, or a registry, can be used, and why not.",
    discussion: """
      Without a registry it looks at this machine: what builds, runs and AWS need, each with what to
      do; the exit code is 0, or 10 when something is missing that runctl cannot do without.

      With a registry it asks each place of credentials in turn, and tries at the registry what the first one has.
      With a repository it also finds out whether one may pull and push: it asks for a
      tag that is not there, and opens an upload that it gives up.
      The exit code is 0, 6 (credentials) or 7 (registry).

      Examples:
        runctl doctor
        runctl doctor docker.io
        runctl doctor registry.example.com/team/train
        runctl doctor localhost:5000 --json
        runctl doctor --profile prod 123456789012.dkr.ecr.eu-central-1.amazonaws.com/train
      """)

  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var aws: AWSOptions

  @Argument(
    help: ArgumentHelp(
      "A registry, or a repository in one; this machine when not given.",
      valueName: "host | host/repository"))
  var registry: String?

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Session.run {
      let workspace = try Workspace(directory: projectOptions.directory, cloud: aws.cloud)
      guard let registry else { return try MachineDiagnosis(workspace).tell(asJSON: json) }
      let diagnosis = try RegistryDoctor(workspace: workspace, name: RegistryName(registry))
        .examine()
      if json {
        try JSONOutput.print(diagnosis, to: workspace.terminal)
      } else {
        RegistryDiagnosisView(terminal: workspace.terminal).print(diagnosis)
      }
      return diagnosis.status
    }
  }
}
