import ArgumentParser

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "What earlier builds left in the store: look into it, and make room.",
    discussion: """
      Examples:
        runctl cache ls --sort size      the results of steps, the largest first
        runctl cache verify              read everything again, drop what is damaged
        runctl cache export cache.tar    what the project's images need, for another machine
        runctl cache import cache.tar
      """,
    subcommands: [
      CacheListCommand.self,
      CacheShowCommand.self,
      CacheVerifyCommand.self,
      CacheExportCommand.self,
      CacheImportCommand.self,
    ])
}
