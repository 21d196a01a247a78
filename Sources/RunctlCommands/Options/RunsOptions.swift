import ArgumentParser
import Launching
import State

/// Where runs are found, here and on instances.
struct RunsOptions: ParsableArguments {
  @OptionGroup var project: ProjectOptions
  @OptionGroup var aws: AWSOptions

  func workspace() throws -> Workspace {
    try Workspace(directory: project.directory, cloud: aws.cloud)
  }
}

/// One of them.
struct OneRunOptions: ParsableArguments {
  @OptionGroup var runs: RunsOptions

  @Argument(help: ArgumentHelp("The run (default: latest).", valueName: "run"))
  var name = RunChoice.latest

  func found() throws -> (workspace: Workspace, record: RunRecord) {
    let workspace = try runs.workspace()
    return (workspace, try workspace.run(name))
  }
}
