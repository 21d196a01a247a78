import ArgumentParser
import Storage

struct CacheUsageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "du",
    abstract: "What the store takes on the disk: by kind, image and project.",
    discussion: """
      The total is what 'du -s' says of the store's folder. ALONE is what only this image's newest \
      build needs, SHARED what others need as well.

      Examples:
        runctl cache du
        runctl cache du --json
      """)

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print the total only, in bytes.")
  var quiet = false

  func validate() throws {
    if json, quiet { throw ValidationError("--json and --quiet exclude each other") }
  }

  func run() throws {
    try Session.run {
      let terminal = Terminal.standard
      let store = try Store.open(.ofUser(ProcessEnvironment.all), terminal)
      let view = AmountView("measuring", terminal: terminal)
      defer { view.end() }
      try CachePrivilege.require(for: store)
      let report = UsageReport(
        try StoreInventory(of: store, measuresAll: true, progress: view.add))
      view.end()
      try print(report, to: terminal)
      return .success
    }
  }

  private func print(_ report: UsageReport, to terminal: Terminal) throws {
    if json { return try JSONOutput.print(report, to: terminal) }
    if quiet { return terminal.print(String(report.total)) }
    report.print(to: terminal)
  }
}
