import ArgumentParser
import OCI
import Project

struct TagCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag",
    abstract: "Build what is out of date, and give images their names in the store.",
    discussion: """
      Examples:
        runctl tag                        the names in .runctl.toml
        runctl tag trainer -t trainer:v2  this one
      """)

  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var selection: ImageSelection
  @OptionGroup var image: ImageBuildOptions
  @OptionGroup var make: MakeOptions

  func run() throws {
    try Session.run {
      let build = try ImageBuild(projectOptions, selection, image, make)
      return try build.run { results in
        for result in results {
          let names = result.target.localNames.map(\.familiar)
          guard !names.isEmpty else {
            throw UsageError(
              "no-tags", "image '\(result.target.image.name)' has no names",
              help: "give -t REFERENCE, or set 'tags' in [images.\(result.target.image.name)]")
          }
          build.workspace.terminal.print(
            "\(result.target.image.name): tagged \(names.joined(separator: ", "))")
        }
      }
    }
  }
}
