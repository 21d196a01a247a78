import ArgumentParser
import FileSystem
import Project
import Storage

struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Say what was found in the project, and why.",
    discussion: """
      Examples:
        runctl detect
        runctl detect --json -C ../other-project
      """)

  @OptionGroup var projectOptions: ProjectOptions

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Session.run {
      let workspace = try Workspace(directory: projectOptions.directory)
      let found = try Detected(workspace)
      if json {
        try JSONOutput.print(found, to: workspace.terminal)
      } else {
        found.lines.forEach(workspace.terminal.print)
      }
      return .success
    }
  }
}

/// What was found in a project.
private struct Detected: Encodable {
  struct Image: Encodable {
    let name: String
    let dockerfile: String?
    let dockerfileReason: String
    let context: String
    let ignoreFile: String?
    let requirements: [String]
  }

  let root: String
  let rootReason: String
  let configuration: String?
  let userConfiguration: String?
  let images: [Image]
  let state: String
  let store: String

  init(_ workspace: Workspace) throws {
    let project = workspace.project
    root = project.root.path
    rootReason =
      switch project.root.reason {
      case .configuration: "it is the nearest folder with a \(Configuration.fileName)"
      case .context: "it is the context that was given"
      case .workingDirectory: "it is where the command was started"
      }
    configuration = project.root.configurationPath
    userConfiguration = project.userConfiguration.flatMap { $0.isThere ? $0.path : nil }
    state = workspace.stateDirectory
    store = workspace.storePaths.root
    images = try project.images.map { try Self.image($0, project) }
  }

  private static func image(_ image: ImageDefinition, _ project: Project) throws -> Image {
    let path = try? image.dockerfilePath()
    let reason: String
    switch image.dockerfile {
    case .given: reason = "it was named"
    case .detected, .missing:
      reason = try DockerfileDetection.detect(in: project.root.path).reason
    }
    return Image(
      name: image.name, dockerfile: path, dockerfileReason: reason, context: image.context,
      ignoreFile: try path.flatMap {
        try IgnoreSource.find(dockerfile: $0, context: image.context).path
      }, requirements: image.requirements)
  }

  var lines: [String] {
    var lines = [
      "project:       \(root) (\(rootReason))",
      "configuration: \(configuration ?? "none; runctl init writes one")",
    ]
    if let userConfiguration { lines.append("  your own:    \(userConfiguration)") }
    for image in images {
      lines += [
        "image:         \(image.name)",
        "  Dockerfile:  \(image.dockerfile ?? "none") (\(image.dockerfileReason))",
        "  context:     \(image.context)",
        "  ignore file: \(image.ignoreFile ?? "none")",
        "  requirements: "
          + (image.requirements.isEmpty ? "none" : image.requirements.joined(separator: ", ")),
      ]
      if image.dockerfile == nil {
        lines.append("  train:       without a container, by this machine's Python")
      }
    }
    return lines + ["state:         \(state)", "store:         \(store)"]
  }
}
