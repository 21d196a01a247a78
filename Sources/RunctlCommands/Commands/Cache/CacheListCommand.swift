import ArgumentParser
import OCI
import Storage

struct CacheListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List the results of steps.")

  @Flag(help: "Print full keys only.")
  var quiet = false

  func run() throws {
    try Session.run {
      let store = try Store.open(.ofUser(ProcessEnvironment.all), .standard)
      let terminal = Terminal.standard
      for step in try store.steps.all() {
        terminal.print(quiet ? step.key.hex : "\(step.key.short)  \(step.instruction)")
      }
      return .success
    }
  }
}
