import ArgumentParser
import Launching

struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "What a run printed, or all runs in one place.",
    discussion: """
      Both streams come as the run printed them: output to the output, errors to the errors. With \
      --all, the lines of all runs come in the order of their times, each with its time (UTC) and \
      its run.

      Examples:
        runctl logs                     all that the newest run printed
        runctl logs -f --tail 20        its last lines, and what comes, until it has ended
        runctl logs --timestamps 20261201-0610
        runctl logs --all --since 1d    what all runs of a day printed
      """)

  @OptionGroup var options: RunsOptions

  @Argument(help: ArgumentHelp("The run (default: latest).", valueName: "run"))
  var name: String?

  @Flag(name: .shortAndLong, help: "Go on with what comes, until the run has ended.")
  var follow = false

  @Flag(name: [.customShort("t"), .long], help: "Begin each line with its time.")
  var timestamps = false

  @Option(help: ArgumentHelp("Begin with so many of the last lines.", valueName: "lines"))
  var tail: Int?

  @Flag(help: "The lines of all runs.")
  var all = false

  @Option(
    help: ArgumentHelp("With --all: only runs that started in this time, as 7d.", valueName: "time")
  )
  var since: String?

  func validate() throws {
    if let tail, tail < 0 { throw ValidationError("--tail is a number from 0 on") }
    if all, name != nil { throw ValidationError("--all means every run: leave the run out") }
    if since != nil, !all { throw ValidationError("--since goes with --all") }
  }

  func run() throws {
    try Session.run {
      let age = try TimeSpanOption.duration(since)
      let workspace = try options.workspace()
      if all {
        return try AllLogs(workspace, since: age, tail: tail).print(follows: follow)
      }
      let named = try workspace.run(name ?? RunChoice.latest)
      // Who follows from the start sees it as it is fetched.
      let record = follow && tail == nil ? named : try workspace.lookedAt(named).record
      return try RunLog(workspace, record).print(
        tail: tail, showsTimes: timestamps, follows: follow)
    }
  }
}
