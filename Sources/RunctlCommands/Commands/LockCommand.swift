import ArgumentParser

struct LockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Pin what base images, ADDs of addresses and of git repositories mean.",
    discussion: """
      Writes .runctl.lock, which builds go by from then on: a tag that moves changes nothing \
      before 'lock --update' takes it over. What is pinned stays; what is new in a Dockerfile is \
      added, what is gone from all of them is dropped. The Dockerfiles are not touched.

      Examples:
        runctl lock                             add what is missing
        runctl lock --update                    take what all names mean now
        runctl lock --update python:3.11-slim   of one name
        runctl lock --check                     exit with 5 when one has moved
        runctl build --locked                   the same, then a build
      """)

  @OptionGroup var projectOptions: ProjectOptions

  @Argument(
    help: ArgumentHelp(
      "Names of images of the project; with --update, names in Dockerfiles (default: all).",
      valueName: "name"))
  var names: [String] = []

  @OptionGroup var source: ImageSourceOptions

  @Flag(help: "Ask what names mean now, and pin that.")
  var update = false

  @Flag(help: "Write nothing; exit with 5 when the lock is not complete and true.")
  var check = false

  @Flag(
    name: [.customShort("n"), .customLong("dry-run")],
    help: "Say what would be done; do nothing.")
  var isDryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if check, update { throw ValidationError("--check and --update exclude each other") }
  }

  func run() throws {
    try Session.run {
      let lock = ProjectLock(try build())
      let rows =
        check
        ? try lock.check() : try lock.pin(updating: update ? names : nil, writes: !isDryRun)
      let report = LockReport(rows, path: lock.path)
      if json {
        try JSONOutput.print(report, to: .standard)
      } else {
        report.print(to: .standard)
      }
      guard check, let drift = LockDrift(rows) else { return .success }
      if !json { DiagnosticPrinter(terminal: .standard).print(drift) }
      return .lockDrift
    }
  }

  private func build() throws -> ImageBuild {
    var selection = try ImageSelection.parse([])
    if !update { selection.positionals = names }
    var options = try ImageBuildOptions.parse([])
    options.source = source
    return try ImageBuild(projectOptions, selection, options, MakeOptions.parse(["-n"]))
  }
}
