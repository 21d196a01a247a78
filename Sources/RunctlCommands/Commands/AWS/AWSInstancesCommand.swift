import ArgumentParser

struct AWSInstancesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "instances",
    abstract: "List the instances that could be used.",
    discussion: """
      Those of the region, without the ones that are gone for good. Nothing here starts, creates or
      ends one.

      Examples:
        runctl aws instances
        runctl aws instances --region eu-west-1 --json
      """)

  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var aws: AWSOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Session.run {
      let workspace = try Workspace(
        directory: projectOptions.directory, cloud: aws.cloud)
      try workspace.cloud.announce(to: workspace.terminal)
      let list = try InstanceList(workspace.cloud, workspace.terminal)
      if json {
        try JSONOutput.print(list, to: workspace.terminal)
      } else {
        list.print(to: workspace.terminal)
      }
      return .success
    }
  }
}
