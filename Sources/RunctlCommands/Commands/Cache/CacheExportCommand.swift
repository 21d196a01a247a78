import ArgumentParser
import BuildEngine

struct CacheExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Put what the project's images need into an archive.",
    discussion: """
      The archive is an OCI image layout in a tar file: the images as they were last built, their \
      bases, and the results of all their steps. Nothing of this machine is in it, and the same \
      cache gives the same bytes.

      Examples:
        runctl cache export cache.tar
        runctl cache export cache.tar train       one image of several
        runctl cache export - | ssh ci runctl cache import -
      """)

  @OptionGroup var projectOptions: ProjectOptions

  @Argument(
    help: "The archive, which is replaced when it is there; '-' is standard output.",
    completion: .file())
  var file: String

  @Argument(help: "Names of images of the project (all when none is given).")
  var images: [String] = []

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if json, file == "-" { throw ValidationError("--json needs standard output for itself") }
  }

  func run() throws {
    try Session.run {
      let workspace = try Workspace(directory: projectOptions.directory)
      let export = try CacheExport(workspace, images: images)
      let target = try ArchiveTarget(file)
      let summary = try export.run(to: target)
      try json
        ? JSONOutput.print(summary, to: workspace.terminal) : summary.print(to: workspace.terminal)
      return .success
    }
  }
}
