import ArgumentParser

/// What runctl and its tests call; not for people.
struct InternalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "internal", abstract: "For runctl itself.", shouldDisplay: false,
    subcommands: [ParseOracleCommand.self])
}

/// Answers questions about parsing, a JSON line each.
struct ParseOracleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse-oracle", abstract: "Answer questions about parsing, one JSON line each.")

  func run() {
    let oracle = ParseOracle()
    while let line = readLine() { Terminal.standard.print(oracle.answer(line)) }
  }
}
