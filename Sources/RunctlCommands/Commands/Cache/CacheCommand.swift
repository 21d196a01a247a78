import ArgumentParser

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "What earlier builds left in the store: look into it, and make room.",
    discussion: """
      Examples:
        runctl cache du                  what the store takes, and for whom
        runctl cache ls --sort size      the results of steps, the largest first
        runctl cache show 0c52f00bb0d2   what went into one, and what is in it
        runctl cache prune -n            what could go, and why
        runctl cache verify              read everything again, drop what is damaged
        runctl cache export cache.tar    what the project's images need, for another machine
        runctl cache import cache.tar
      """,
    subcommands: [
      CacheListCommand.self,
      CacheShowCommand.self,
      CacheUsageCommand.self,
      CachePruneCommand.self,
      CacheVerifyCommand.self,
      CacheExportCommand.self,
      CacheImportCommand.self,
    ])
}
