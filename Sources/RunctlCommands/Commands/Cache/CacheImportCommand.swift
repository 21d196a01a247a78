import ArgumentParser
import BuildEngine
import Storage

struct CacheImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take a cache out of an archive that 'runctl cache export' wrote.",
    discussion: """
      Everything is checked before the store has any of it. A build then finds every step that the \
      archive has, whatever the project's path is. That steps give what the archive says is not \
      proven: import only what comes from somebody whom you trust.

      Examples:
        runctl cache import cache.tar
        curl https://ci.example/cache.tar | runctl cache import -
      """)

  @Argument(help: "The archive; '-' is standard input.", completion: .file())
  var file: String

  @Flag(help: "Take a name that means another image here.")
  var replaceNames = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Session.run {
      let terminal = Terminal.standard
      let source = try ArchiveSource(file)
      let store = try Store.open(.ofUser(ProcessEnvironment.all), terminal)
      let summary = try CacheImport(store, source, replacesNames: replaceNames, terminal).run()
      try json ? JSONOutput.print(summary, to: terminal) : summary.print(to: terminal)
      return .success
    }
  }
}
