import ArgumentParser

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "What the store keeps, and whether it is right; carrying it elsewhere.",
    discussion: """
      Examples:
        runctl cache verify               read everything again, drop what is damaged
        runctl cache export cache.tar     what the project's images need, for another machine
        runctl cache import cache.tar
      """,
    subcommands: [CacheVerifyCommand.self, CacheExportCommand.self, CacheImportCommand.self])
}
