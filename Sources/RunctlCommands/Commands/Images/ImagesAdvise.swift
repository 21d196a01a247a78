import ArgumentParser
import Project

extension ImagesCommand {
  struct Advise: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "advise",
      abstract: "What would make an image of the project smaller: each edit, and what it saves.",
      discussion: """
        The image that was last built is held against its Dockerfile and its context: caches of \
        package managers, build tools, what the context has too much, files that a later \
        instruction removes or repeats. Bytes are those that were found, before compression, and \
        none is counted twice. Nothing is edited.

        Examples:
          runctl images advise
          runctl images advise app
          runctl images advise --json
        """)

    @OptionGroup var projectOptions: ProjectOptions

    @Argument(
      help: ArgumentHelp("Images of the project (default: all).", valueName: "image"))
    var images: [String] = []

    @OptionGroup var image: ImageBuildOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      try Session.run {
        var selection = try ImageSelection.parse([])
        selection.positionals = images
        let build = try ImageBuild(projectOptions, selection, image, MakeOptions.parse(["-n"]))
        let advice = try build.images.filter { !images.isEmpty || !$0.hasNoDockerfile }
          .map { try ImageAdvice($0, build) }
        let terminal = build.workspace.terminal
        if json {
          try JSONOutput.print(Report(images: advice), to: terminal)
        } else {
          advice.forEach(AdviceView(terminal: terminal).print)
        }
        return .success
      }
    }

    private struct Report: Encodable {
      let images: [ImageAdvice]
    }
  }
}
