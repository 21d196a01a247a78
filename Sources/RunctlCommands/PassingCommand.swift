/// The commands whose exit code is that of another program: runctl's own failures are 200 and the
/// usual code.
enum PassingCommand {
  static let offset: Int32 = 200

  private static let names: [[String]] = [
    ["run"], ["train"], ["attach"], ["docker", "train"], ["aws", "train"], ["runs", "replay"],
  ]

  /// - Parameter arguments: Of the command line, without the program's name.
  static func isNamed(in arguments: some Sequence<String>) -> Bool {
    let words = arguments.filter { !$0.hasPrefix("-") }
    return names.contains { words.starts(with: $0) }
  }
}
