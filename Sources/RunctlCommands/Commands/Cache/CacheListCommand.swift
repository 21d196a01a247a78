import ArgumentParser
import Storage

struct CacheListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List the results of steps.",
    discussion: """
      SIZE is that of the compressed layers. IMAGE has the images whose newest build uses the \
      result: where there is none, 'runctl cache prune' takes it away.

      Examples:
        runctl cache ls --sort size --limit 10
        runctl cache ls --image train --instruction pip
        runctl cache ls --unused --older-than 7d
        runctl cache ls --json
      """)

  @Option(help: ArgumentHelp("Only what this image uses.", valueName: "name"))
  var image: String?

  @Option(
    help: ArgumentHelp(
      "Only what a project uses: its folder's path or name.", valueName: "folder"))
  var project: String?

  @Option(help: ArgumentHelp("Only instructions with this text in them.", valueName: "text"))
  var instruction: String?

  @Option(help: ArgumentHelp("Only what was not used for this long, as 7d.", valueName: "time"))
  var olderThan: String?

  @Flag(help: "Only what no image's newest build uses.")
  var unused = false

  @Option(help: "What comes first.")
  var sort = StepList.Order.used

  @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
  var limit: Int?

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print full keys only.")
  var quiet = false

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is a number from 1 on") }
    if json, quiet { throw ValidationError("--json and --quiet exclude each other") }
  }

  func run() throws {
    try Session.run {
      let filter = StepList.Filter(
        image: image, project: project, instruction: instruction,
        age: try TimeSpanOption.duration(olderThan), isUnused: unused)
      let store = try Store.open(.ofUser(ProcessEnvironment.all), .standard)
      var list = try StepList(store)
      list.keep(filter)
      list.sort(by: sort, limit: limit)
      try print(list, to: .standard)
      return .success
    }
  }

  private func print(_ list: StepList, to terminal: Terminal) throws {
    if json { return try JSONOutput.print(list, to: terminal) }
    if quiet { return list.steps.forEach { terminal.print($0.key) } }
    list.print(to: terminal)
  }
}

extension StepList.Order: ExpressibleByArgument {}
