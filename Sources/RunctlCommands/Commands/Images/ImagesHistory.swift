import ArgumentParser

extension ImagesCommand {
  struct History: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "history",
      abstract: "What made each layer of an image, and how large it is.",
      discussion: """
        In the order of the Dockerfile, the base first. SIZE is of the compressed layer, which a \
        registry keeps; UNPACKED is of the files in it. Instructions without a layer change only \
        how a container is started, or nothing.

        Examples:
          runctl images history python:3.11-slim
          runctl images history app --json
        """)

    @OptionGroup var projectOptions: ProjectOptions

    @Argument(help: "A name, an image of the project, or a digest.")
    var image: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      try Session.run {
        let workspace = try Workspace(directory: projectOptions.directory)
        let report = ImageHistory(try ImageSubject(image, in: workspace))
        if json {
          try JSONOutput.print(report, to: workspace.terminal)
        } else {
          report.print(to: workspace.terminal)
        }
        return .success
      }
    }
  }
}
