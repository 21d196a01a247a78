import ArgumentParser
import OCI
import Project

/// What can be said about images that a command may build.
struct ImageBuildOptions: ParsableArguments {
  @OptionGroup var source: ImageSourceOptions

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

  @Flag(help: "Do every step anew.")
  var noCache = false

  @Flag(help: "Ask the registry what the base images' names mean now.")
  var pull = false

  @Flag(
    help: """
      Fail with exit code 5 unless .runctl.lock is complete, and names still mean what it pins.
      """)
  var locked = false

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
}

extension ImageBuildOptions {
  /// - Parameters:
  ///   - start: The absolute path that relative ones start from.
  ///   - context: The context that the command line names.
  func imageOptions(from start: String, context: String?) throws -> ImageOptions {
    var options = try source.imageOptions(from: start, context: context)
    for text in secret {
      let secret = try SecretOption(text, from: start, ProcessEnvironment.all)
      options.secrets[secret.id] = secret.source
    }
    return options
  }
}
