import ArgumentParser
import FileSystem
import Project

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented .runctl.toml.",
    discussion: """
      The file is optional: runctl finds a Dockerfile by itself. Nothing that exists is overwritten.

      Example:
        runctl init && $EDITOR .runctl.toml
      """)

  @OptionGroup var projectOptions: ProjectOptions

  func run() throws {
    try Session.run {
      let directory = try FileTree.canonicalPath(projectOptions.directory ?? ".")
      let path = directory + "/" + Configuration.fileName
      guard !FileTree.exists(path) else {
        throw UsageError(
          "already-there", "there is a '\(Configuration.fileName)' already",
          help: "edit it, or move it away first")
      }
      let template = ConfigurationTemplate(
        imageName: ImageName.from(folder: FileTree.lastComponent(of: directory)),
        dockerfile: try DockerfileDetection.detect(in: directory),
        requirements: try RequirementsDetection.find(in: directory))
      // It may come to hold a password.
      try FileTree.replace(path, with: Array(template.text.utf8), permissions: 0o600)
      Terminal.standard.print("wrote \(path)")
      return .success
    }
  }
}
