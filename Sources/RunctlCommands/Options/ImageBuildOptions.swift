import ArgumentParser
import OCI
import Project

/// What can be said about the images of a command.
struct ImageBuildOptions: ParsableArguments {
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
      """
      A secret for RUN --mount=type=secret: id=ID,src=FILE or id=ID,env=NAME, such as \
      --secret id=pip,src=pip.conf. It is never part of the image or the state.
      """, valueName: "id=id,src=file"))
  var secret: [String] = []

  @Option(
    help: ArgumentHelp(
      "An SSH agent for RUN --mount=type=ssh: 'default' for your own, or ID=SOCKET.",
      valueName: "id"))
  var ssh: [String] = []

  @Option(help: ArgumentHelp("A label for the image.", valueName: "name=value"))
  var label: [String] = []

  @Option(
    help: ArgumentHelp(
      "The machine that the image is for, such as linux/arm64.", valueName: "platform"))
  var platform: String?

  @Flag(help: "Do every step anew.")
  var noCache = false

  @Flag(help: "Ask the registry what the base images' names mean now.")
  var pull = false

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

  /// Sockets by id.
  func agents(from start: String) throws -> [String: String] {
    let agents = try ssh.map { try AgentOption($0, from: start, ProcessEnvironment.all) }
    return Dictionary(agents.map { ($0.id, $0.socket) }, uniquingKeysWith: { $1 })
  }

  func labels() throws -> [String: String] {
    var labels: [String: String] = [:]
    for text in label {
      guard let assignment = Assignment(text) else {
        throw UsageError("invalid-label", "'\(text)' is not a label", help: "write NAME=VALUE")
      }
      labels[assignment.name] = assignment.value
    }
    return labels
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
}

extension ImageBuildOptions {
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
    for text in secret {
      let secret = try SecretOption(text, from: start, ProcessEnvironment.all)
      options.secrets[secret.id] = secret.source
    }
    return options
  }
}
