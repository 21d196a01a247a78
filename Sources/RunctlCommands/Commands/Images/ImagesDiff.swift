import ArgumentParser

extension ImagesCommand {
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff",
      abstract: "How two images differ: configuration, layers, files.",
      discussion: """
        Layers are compared by what they hold, however they are compressed; files as the image's \
        root has them, whichever layer they come from. Like 'diff': exit code 0 when nothing \
        differs, 1 when something does.

        Examples:
          runctl images diff 3f2a91c0b7d4 app     a digest of 'runctl history', and the last build
          runctl images diff app:1 app:2 --files
          runctl images diff app:1 app:2 --json
        """)

    @OptionGroup var projectOptions: ProjectOptions

    @Argument(help: "A name, an image of the project, or a digest.")
    var before: String

    @Argument(help: "Another one.")
    var after: String

    @Flag(help: "List every file, not only the 20 largest.")
    var files = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      try Session.run {
        let workspace = try Workspace(directory: projectOptions.directory)
        let report = ImageDiff(
          try ImageSubject(before, in: workspace), try ImageSubject(after, in: workspace))
        if json {
          try JSONOutput.print(report, to: workspace.terminal)
        } else {
          ImageDiffView(terminal: workspace.terminal, listsAll: files).print(report)
        }
        return report.areEqual ? .success : .differs
      }
    }
  }
}
