import ArgumentParser
import Project

extension ImagesCommand {
  struct Tree: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "tree",
      abstract: "Where an image's bytes are, by layer and by directory, and which are wasted.",
      discussion: """
        Bytes are those of the files, before compression. Wasted are files that a later layer \
        replaces or removes, and files that are there more than once without being hard links.

        Examples:
          runctl images tree app
          runctl images tree app --depth 4 --min-size 10MB
          runctl images tree app --layer 3    all that layer 3 of the list holds
          runctl images tree app --json
        """)

    @OptionGroup var projectOptions: ProjectOptions

    @Argument(help: "A name, an image of the project, or a digest.")
    var image: String

    @Option(help: ArgumentHelp("How deep directories are listed.", valueName: "levels"))
    var depth = 2

    @Option(
      help: ArgumentHelp(
        "List what is at least this large (default: a hundredth of all).", valueName: "size"))
    var minSize: String?

    @Option(help: ArgumentHelp("List the files of one layer.", valueName: "number"))
    var layer: Int?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
      if depth < 0 { throw ValidationError("--depth is a number from 0 on") }
      if let minSize, ByteCount(minSize) == nil {
        throw ValidationError("--min-size is a size, such as 10MB")
      }
    }

    func run() throws {
      try Session.run {
        let workspace = try Workspace(directory: projectOptions.directory)
        let report = try ImageTree(
          ImageSubject(image, in: workspace), layer: layer, depth: depth,
          minimum: minSize.flatMap { ByteCount($0)?.bytes })
        if json {
          try JSONOutput.print(report, to: workspace.terminal)
        } else {
          ImageTreeView(terminal: workspace.terminal).print(report)
        }
        return .success
      }
    }
  }
}
