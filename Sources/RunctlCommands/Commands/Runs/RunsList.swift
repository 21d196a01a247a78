import ArgumentParser
import Glibc
import Launching

extension RunsCommand {
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls",
      abstract: "List runs, the newest first.",
      discussion: """
        A run is lost when what ran it was killed, or the machine went down: nobody knows how it \
        would have ended. Of a run on an instance the list says what was last heard of it.

        Examples:
          runctl runs ls
          runctl runs --status failed --script train.py
          runctl runs --image app --since 7d -n 100
          runctl runs --json
        """)

    @OptionGroup var projectOptions: ProjectOptions

    @Option(help: "Only running, succeeded, failed or lost ones.")
    var status: RunFilter.Status?

    @Option(help: ArgumentHelp("Only of this image, or digest.", valueName: "name"))
    var image: String?

    @Option(help: ArgumentHelp("Only of this script.", valueName: "path"))
    var script: String?

    @Option(help: ArgumentHelp("Only what started in this time, as 7d.", valueName: "time"))
    var since: String?

    @Option(
      name: [.customShort("n"), .long],
      help: ArgumentHelp("How many at most.", valueName: "count"))
    var limit = 20

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      if limit < 1 { throw ValidationError("--limit is a number from 1 on") }
    }

    func run() throws {
      try Session.run {
        var filter = RunFilter()
        (filter.status, filter.image, filter.script) = (status, image, script)
        filter.since = try TimeSpanOption.duration(since).map {
          Int64(time(nil)) - $0.components.seconds
        }
        let workspace = try Workspace(directory: projectOptions.directory)
        let list = try RunList(workspace.reading(), filter, limit: limit)
        if json {
          try JSONOutput.print(list, to: workspace.terminal)
        } else {
          list.print(to: workspace.terminal)
        }
        return .success
      }
    }
  }
}

extension RunFilter.Status: ExpressibleByArgument {}
