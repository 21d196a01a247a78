import ArgumentParser

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "What earlier builds left in the store: look into it, and make room.",
    discussion: """
      Examples:
        runctl cache ls --sort size      the results of steps, the largest first
      """,
    subcommands: [
      CacheListCommand.self
    ])
}
