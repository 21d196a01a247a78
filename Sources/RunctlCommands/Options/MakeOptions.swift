import ArgumentParser

/// make's switches, with make's meaning.
struct MakeOptions: ParsableArguments {
  @Flag(
    name: [.customShort("n"), .customLong("dry-run")],
    help: "Say what would be done and why; do nothing.")
  var isDryRun = false

  @Flag(
    name: [.customShort("B"), .customLong("always-make")],
    help: "Do everything, although it is up to date.")
  var alwaysMakes = false

  @Flag(
    name: [.customShort("q"), .customLong("question")],
    help: "Do nothing, print nothing; exit with 0 when up to date, with 3 when not.")
  var isQuestion = false

  @Flag(
    name: [.customShort("k"), .customLong("keep-going")],
    help: "After a failure, go on with what does not depend on it.")
  var keepsGoing = false

  @Option(
    name: [.customShort("j"), .customLong("jobs")],
    help: ArgumentHelp(
      "How many jobs run at once (default: twice the cores, at least 8).", valueName: "n"))
  var jobs: Int?

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("-j takes a number from 1 to 256")
    }
  }
}
