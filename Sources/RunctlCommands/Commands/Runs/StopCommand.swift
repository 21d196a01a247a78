import ArgumentParser

struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "End a run: its program is asked first, and killed when it does not listen.",
    discussion: """
      The program gets its image's STOPSIGNAL (SIGTERM when there is none), and after the grace \
      SIGKILL. Its log, and what it wrote to its outputs, are kept.

      Examples:
        runctl stop latest
        runctl stop 20261201-0610 --grace 2m    time to write a checkpoint
      """)

  @OptionGroup var options: RunsOptions

  @Argument(help: ArgumentHelp("Runs.", valueName: "run"))
  var names: [String]

  @Option(help: ArgumentHelp("How long the program may take to end, as 30s.", valueName: "time"))
  var grace = "10s"

  func run() throws {
    try Session.run {
      let grace = try TimeSpanOption.duration(grace) ?? .seconds(10)
      let workspace = try options.workspace()
      for name in names { try RunStop(workspace, workspace.run(name)).stop(grace: grace) }
      return .success
    }
  }
}
