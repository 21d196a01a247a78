import ArgumentParser
import Project

/// What can be said about a run.
struct RunOptions: ParsableArguments {
  @Option(
    name: [.customShort("e"), .customLong("env")],
    help: ArgumentHelp(
      "A variable of the environment; without a value it is taken from here.",
      valueName: "name=value"))
  var environment: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file of variables, NAME=VALUE on each line; -e goes before it.", valueName: "path"),
    completion: .file())
  var envFile: [String] = []

  @Option(help: ArgumentHelp("The image, when the project has several.", valueName: "name"))
  var image: String?

  func assignments(_ own: [String: String]) throws -> [Assignment] {
    try envFile.flatMap { try EnvironmentFile.assignments($0, own) } + given(own)
  }

  private func given(_ own: [String: String]) throws -> [Assignment] {
    try environment.compactMap { text in
      if let assignment = Assignment(text) { return assignment }
      guard !text.isEmpty, !text.contains("=") else {
        throw UsageError(
          "invalid-variable", "'\(text)' is not a variable", help: "write -e NAME=VALUE")
      }
      return own[text].map { Assignment(name: text, value: $0) }
    }
  }
}
