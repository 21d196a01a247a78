import ArgumentParser

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

    @OptionGroup var options: RunsOptions

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
        let workspace = try options.workspace()
        var run = try RunOptions.parse([])
        run.environment = environment
        let given = try run.assignments(workspace.environment)
        return try RunReplay(
          workspace, workspace.run(name), given: given, values: values
        ).run()
      }
    }
  }
}
