import ArgumentParser

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Each target: up to date, out of date and why, or never built.",
    discussion: """
      No target is made. A run's line says whether its image is the one that was run; 'runctl train
      -n SCRIPT' looks at its inputs and outputs, too.

      Examples:
        runctl status
        runctl status --json
        runctl status --check    exit with 3 when an image is out of date
      """)

  @OptionGroup var projectOptions: ProjectOptions
  @OptionGroup var selection: ImageSelection
  @OptionGroup var image: ImageBuildOptions

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Exit with 3 when an image is out of date.")
  var check = false

  func run() throws {
    try Session.run {
      let build = try ImageBuild(projectOptions, selection, image, MakeOptions.parse(["-n"]))
      var report = StatusReport(targets: [])
      for image in build.images { report.targets += try StatusReport.rows(of: image, build) }
      let terminal = build.workspace.terminal
      if json {
        try JSONOutput.print(report, to: terminal)
      } else {
        report.print(to: terminal)
      }
      let isOutOfDate = report.targets.contains { row in
        row.kind == "image" && row.state != .upToDate && !row.hasNoDockerfile
      }
      return check && isOutOfDate ? .outOfDate : .success
    }
  }
}
