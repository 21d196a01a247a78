import ArgumentParser
import Launching
import State

extension RunsCommand {
  struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "replay",
      abstract:
        "The same run once more: same image, by its digest, same arguments, same environment.",
      discussion: """
        Nothing is built: it is the image of that time that runs, whatever the project is like now. \
        Volumes, inputs and outputs are where the project has them today; inputs that are not what \
        they were are told. Secrets were not kept: give variables again by -e, or in the \
        environment, and arguments behind --, in their order.

        The program's exit code is runctl's.

        Examples:
          runctl runs replay latest
          runctl runs replay 20261201-0610 -e WANDB_API_KEY
          runctl runs replay a1b2 -- SECRET-ARGUMENT
        """)

    @OptionGroup var projectOptions: ProjectOptions
    @OptionGroup var aws: AWSOptions

    @Argument(help: ArgumentHelp("The run.", valueName: "run"))
    var name: String

    @Argument(parsing: .postTerminator, help: "Arguments that were not kept, after --.")
    var values: [String] = []

    @Option(
      name: [.customShort("e"), .customLong("env")],
      help: ArgumentHelp(
        "A variable of the environment; without a value it is taken from here.",
        valueName: "name=value"))
    var environment: [String] = []

    func run() throws {
      try Session.passing {
        let workspace = try Workspace(directory: projectOptions.directory, cloud: aws.cloud)
        let record = try RunChoice.run(name, in: workspace.reading().runs)
        var options = try RunOptions.parse([])
        options.environment = environment
        let given = try options.assignments(workspace.environment)
        return try RunReplay(workspace, record, given: given, values: values).run()
      }
    }
  }
}
