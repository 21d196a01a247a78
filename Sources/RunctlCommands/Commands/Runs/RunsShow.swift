import ArgumentParser
import Launching
import State

extension RunsCommand {
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "All that is known of a run: what it was made from, and how it ended.",
      discussion: """
        Secrets are only told to have been there. What differed from the commit is kept beside the \
        log as a patch that 'git apply' takes, when it is no larger than 1 MB.

        Examples:
          runctl runs show              the newest run
          runctl runs show 20261201-0610
          runctl runs show latest --json
        """)

    @OptionGroup var options: OneRunOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      try Session.run {
        let (workspace, named) = try options.found()
        let (run, health) = try workspace.lookedAt(named)
        let detail = RunDetail(run, in: workspace.reading(), health: health)
        if json {
          try JSONOutput.print(detail, to: workspace.terminal)
        } else {
          detail.print(to: workspace.terminal)
        }
        return .success
      }
    }
  }
}
