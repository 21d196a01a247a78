import ArgumentParser

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "What was run, here and on instances: list, look closely, compare, run again.",
    discussion: """
      A run is named by its ID, by a beginning or the last part of it that no other has, or as \
      'latest'.

      Examples:
        runctl runs                        the newest runs
        runctl runs --status failed --since 1d
        runctl runs show latest            all that is known of one
        runctl runs diff 20261201-0610 latest    what differs between two
        runctl runs replay latest          the same once more
      """,
    subcommands: [List.self, Show.self, Diff.self, Replay.self], defaultSubcommand: List.self)
}
