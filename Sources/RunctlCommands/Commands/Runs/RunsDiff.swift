import ArgumentParser

extension RunsCommand {
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "diff",
      abstract: "In what two runs differ: image, arguments, environment, commit, inputs, result.",
      discussion: """
        When they ran and how long they took does not count. Where the images differ and both are \
        in the store, so does what is in them: configuration, layers, files. Like 'diff': exit code \
        0 when nothing differs, 1 when something does.

        Examples:
          runctl runs diff 20261201-0610 latest
          runctl runs diff a1b2 c3d4 --json    the last parts of the IDs
        """)

    @OptionGroup var projectOptions: ProjectOptions

    @Argument(help: "A run.")
    var before: String

    @Argument(help: "Another one.")
    var after: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      try Session.run {
        let workspace = try Workspace(directory: projectOptions.directory)
        let diff = try RunDiff(workspace.run(before), workspace.run(after), in: workspace)
        if json {
          try JSONOutput.print(diff, to: workspace.terminal)
        } else {
          diff.print(to: workspace.terminal)
        }
        return diff.areEqual ? .success : .differs
      }
    }
  }
}
