import ArgumentParser

struct AttachCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Watch a run until it has ended; the exit code is its own.",
    discussion: """
      Ctrl-C turns away from the run, which goes on. What the run's HEALTHCHECK finds wrong is told.
      A run that has ended already is told as it ended, with its last lines.

      Examples:
        runctl attach                      the newest run, from now on
        runctl attach --from-start 20261201-0610
      """)

  @OptionGroup var options: OneRunOptions

  @Flag(help: "Show everything that it printed, not only what comes.")
  var fromStart = false

  func run() throws {
    try Session.passing {
      let (workspace, record) = try options.found()
      return try Attachment(workspace, record).watch(fromStart: fromStart)
    }
  }
}
