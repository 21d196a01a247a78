import ArgumentParser
import OCI
import Project

/// Where images come from, as far as it is not in the configuration.
struct ImageSourceOptions: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The Dockerfile, when it is in none of the usual places.", valueName: "path"),
    completion: .file())
  var file: String?

  @Option(
    help: ArgumentHelp("The directory that COPY copies from.", valueName: "dir"),
    completion: .directory)
  var context: String?

  @Option(help: ArgumentHelp("Build up to this stage.", valueName: "stage"))
  var target: String?

  @Option(
    help: ArgumentHelp(
      "A build argument; without a value it is taken from the environment.", valueName: "name=value"
    ))
  var buildArg: [String] = []

  @Option(
    help: ArgumentHelp(
      "The machine that the image is for, such as linux/arm64.", valueName: "platform"))
  var platform: String?

  func assignments(_ environment: [String: String]) throws -> [Assignment] {
    try buildArg.compactMap { text in
      if let assignment = Assignment(text) { return assignment }
      guard !text.isEmpty, !text.contains("=") else {
        throw UsageError(
          "invalid-build-arg", "'\(text)' is not a build argument", help: "write NAME=VALUE")
      }
      return environment[text].map { Assignment(name: text, value: $0) }
    }
  }

  func chosenPlatform() throws -> Platform? {
    try platform.map { text in
      guard let platform = Platform(text) else {
        throw UsageError(
          "invalid-platform", "'\(text)' is not a platform",
          help: "write it as os/architecture, such as linux/amd64")
      }
      return platform
    }
  }

  /// - Parameters:
  ///   - start: The absolute path that relative ones start from.
  ///   - context: The context that the command line names.
  func imageOptions(from start: String, context: String?) throws -> ImageOptions {
    var options = ImageOptions()
    options.dockerfile = file.map { ProjectPath.resolve($0, in: start) }
    options.context = context.map { ProjectPath.resolve($0, in: start) }
    options.target = target
    options.buildArguments = try assignments(ProcessEnvironment.all)
    options.platform = try chosenPlatform()
    return options
  }
}
