import ArgumentParser
import BuildEngine
import Storage

struct CacheVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Read everything in the store again, name what is damaged, and drop it.",
    discussion: """
      Blobs are compared with their names, layers with the lists of their files, unpacked layers \
      with what the layers say, and names with what is there. What is dropped is made or fetched \
      anew when it is needed. Other commands may use the store meanwhile.

      The exit code is 0 when everything is right, and 1 when something was damaged.

      Examples:
        runctl cache verify
        runctl cache verify -n        only say what is damaged
        runctl cache verify --json
      """)

  @Flag(name: [.customShort("n"), .long], help: "Name what is damaged, and drop nothing.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Session.run {
      let terminal = Terminal.standard
      let store = try Store.open(.ofUser(ProcessEnvironment.all), terminal)
      let view = AmountView("verifying", terminal: terminal)
      defer { view.end() }
      let examination = try CacheExamination(store, drops: !dryRun, view)
      view.end()
      try json ? JSONOutput.print(examination, to: terminal) : examination.print(to: terminal)
      return examination.isRight ? .success : .failure
    }
  }
}
