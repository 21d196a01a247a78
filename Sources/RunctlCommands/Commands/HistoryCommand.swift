import ArgumentParser

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "What was built, pushed and run in this project, the newest first.",
    discussion: """
      The first column is what 'runctl explain --run' takes. A run that is not a \
      train that succeeded has only its ID.

      Examples:
        runctl history
        runctl history --limit 100 --json
        runctl explain --run 12    why entry 12 was made
      """)

  @OptionGroup var projectOptions: ProjectOptions

  @Option(help: ArgumentHelp("How many entries at most.", valueName: "count"))
  var limit = 20

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit is a number from 1 on") }
  }

  func run() throws {
    try Session.run {
      let workspace = try Workspace(directory: projectOptions.directory)
      let state = workspace.reading()
      let report = try HistoryReport(state, limit: limit)
      if json {
        try JSONOutput.print(report, to: workspace.terminal)
      } else {
        report.print(to: workspace.terminal)
      }
      return .success
    }
  }
}
