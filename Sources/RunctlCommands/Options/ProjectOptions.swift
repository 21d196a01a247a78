import ArgumentParser

/// Where the project is.
struct ProjectOptions: ParsableArguments {
  @Option(
    name: [.customShort("C"), .customLong("directory")],
    help: ArgumentHelp("Start in another directory.", valueName: "dir"),
    completion: .directory)
  var directory: String?
}
