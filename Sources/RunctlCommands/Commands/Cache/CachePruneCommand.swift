import ArgumentParser
import Storage

struct CachePruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Make room: take away what is not needed.",
    discussion: """
      Without options, what neither a name in the store nor the newest build of any image needs. \
      With --older-than, --keep-storage or --all, everything that no image with a name consists \
      of can go: least recently used first, and among what was used at the same time what takes \
      the least time to have again for its size. What running commands use stays, and what is \
      taken away is made or fetched anew when a build needs it.

      Examples:
        runctl cache prune -n                    what would go, and why
        runctl cache prune
        runctl cache prune --keep-storage 20GB
        runctl cache prune --older-than 7d
      """)

  @Option(
    help: ArgumentHelp("Go on until the store takes at most this, as 20GB.", valueName: "size"))
  var keepStorage: String?

  @Option(help: ArgumentHelp("Only what was not used for this long, as 7d.", valueName: "time"))
  var olderThan: String?

  @Flag(help: "Everything that no image with a name consists of.")
  var all = false

  @Flag(name: [.customShort("n"), .long], help: "Say what would go, and do nothing.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print the names of what went only.")
  var quiet = false

  func validate() throws {
    if json, quiet { throw ValidationError("--json and --quiet exclude each other") }
  }

  func run() throws {
    try Session.run {
      let request = PruneRequest(
        takesAll: all, age: try TimeSpanOption.duration(olderThan),
        kept: try ByteCountOption.bytes(keepStorage))
      let terminal = Terminal.standard
      let store = try Store.open(.ofUser(ProcessEnvironment.all), terminal)
      try CachePrivilege.require(for: store)
      try print(report(request, store, terminal), to: terminal)
      return .success
    }
  }

  private func report(
    _ request: PruneRequest, _ store: Store, _ terminal: Terminal
  ) throws -> PruneReport {
    let view = AmountView("looking at the store", terminal: terminal)
    defer { view.end() }
    let pruner = Pruner(store, isPrivileged: true)
    if dryRun {
      let (plan, total) = try pruner.plan(request, measured: view.add)
      return PruneReport(plan, total: total)
    }
    return PruneReport(try pruner.run(request, measured: view.add))
  }

  private func print(_ report: PruneReport, to terminal: Terminal) throws {
    if json { return try JSONOutput.print(report, to: terminal) }
    if quiet { return report.removed.forEach { terminal.print($0.name) } }
    report.print(to: terminal)
  }
}
