import ArgumentParser

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Build what changed, then run the image, or a command in it.",
    discussion: """
      Always runs. The program's exit code is runctl's; runctl's own failures are 200 and the usual
      code.

      Examples:
        runctl run                         what the image does by itself
        runctl run -- python -c 'import torch; print(torch.__version__)'
        runctl run -it -- bash
        runctl run -d -- python serve.py   leave it to itself; 'runctl attach' comes back
      """)

  @OptionGroup var projectOptions: ProjectOptions

  @Argument(help: "The image, when the project has several.")
  var name: String?

  @Argument(parsing: .postTerminator, help: "The command, after --.")
  var command: [String] = []

  @Flag(name: [.short, .long], help: "Pass standard input on.")
  var interactive = false

  @Flag(name: [.customShort("t"), .customLong("tty")], help: "Give the command a terminal.")
  var terminal = false

  @OptionGroup var options: RunOptions
  @OptionGroup var resources: ResourceOptions
  @OptionGroup var local: LocalRunOptions
  @OptionGroup var image: ImageBuildOptions
  @OptionGroup var make: MakeOptions

  func run() throws {
    try Session.passing {
      var options = options
      options.image = options.image ?? name
      let launch = try ImageLaunch(
        projectOptions, options, resources, local, image, make)
      return try launch.run(command, interactive: interactive, terminal: terminal)
    }
  }
}
