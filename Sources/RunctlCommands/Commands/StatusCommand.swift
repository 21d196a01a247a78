import ArgumentParser
import OCI
import Project
import State

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

/// The state of a project's targets.
struct StatusReport: Encodable {
  enum State: String, Encodable {
    case upToDate = "up to date"
    case outOfDate = "out of date"
    case neverMade = "never made"
  }

  struct Row: Encodable {
    let target: String
    let kind: String
    let state: State
    let reasons: [String]
    let output: String?
    /// The target itself; nil when there can be none.
    var recorded: Target?
    var hasNoDockerfile = false

    private enum CodingKeys: String, CodingKey {
      case target, kind, state, reasons, output, hasNoDockerfile
    }
  }

  var targets: [Row]

  static func rows(of image: ImageDefinition, _ build: ImageBuild) throws -> [Row] {
    let state = build.workspace.reading()
    guard (try? image.dockerfilePath()) != nil else {
      return [
        Row(
          target: "\(image.name):image", kind: "image", state: .neverMade,
          reasons: ["there is no Dockerfile: train runs without a container"], output: nil,
          hasNoDockerfile: true)
      ]
    }
    let target = try ImageTarget(build.workspace, image, build.settings)
    let (row, manifest) = try imageRow(target, state)
    return [row, try pushRow(image, manifest, state)] + (try runRows(image, manifest, state))
  }

  private static func imageRow(
    _ target: ImageTarget, _ state: ProjectState
  ) throws -> (Row, Digest?) {
    let name = target.target.description
    switch try target.assess(state, events: { _ in }) {
    case .upToDate(let output):
      let row = Row(
        target: name, kind: "image", state: .upToDate, reasons: [],
        output: output.manifest.description)
      return (row, output.manifest)
    case .outOfDate(let assessment):
      let isNew = try state.targets.current(target.target) == nil
      let row = Row(
        target: name, kind: "image", state: isNew ? .neverMade : .outOfDate,
        reasons: isNew ? [] : assessment.reasons, output: nil)
      return (row, nil)
    }
  }

  static func pushRow(
    _ image: ImageDefinition, _ manifest: Digest?, _ state: ProjectState
  ) throws -> Row {
    let target = Target(image: image.name, kind: .push, detail: image.target ?? "")
    guard let record = try state.targets.current(target) else {
      return Row(
        target: target.description, kind: "push", state: .neverMade, reasons: [], output: nil)
    }
    let isCurrent = manifest?.description == record.output
    return Row(
      target: target.description, kind: "push", state: isCurrent ? .upToDate : .outOfDate,
      reasons: isCurrent ? [] : ["the image is not the one that was pushed"],
      output: record.output, recorded: target)
  }

  static func runRows(
    _ image: ImageDefinition, _ manifest: Digest?, _ state: ProjectState
  ) throws -> [Row] {
    try state.targets.all().filter { $0.image == image.name && $0.kind == .run }.map { target in
      let record = try state.targets.current(target)
      let used = record?.inputs.first { $0.name == "image" }?.value
      let isCurrent = used != nil && used == manifest?.description
      return Row(
        target: "\(target) \(target.detail)", kind: "run",
        state: isCurrent ? .upToDate : .outOfDate,
        reasons: isCurrent ? [] : ["the image is not the one that was run"],
        output: record?.output, recorded: target)
    }
  }

  func print(to terminal: Terminal) {
    let width = targets.map(\.target.count).max() ?? 0
    for row in targets {
      let padding = String(repeating: " ", count: width - row.target.count)
      let style: Terminal.Style = row.state == .upToDate ? .green : .yellow
      terminal.print(
        "\(row.target)\(padding)  "
          + terminal.styled(row.state.rawValue, style, onErrors: false))
      for reason in row.reasons { terminal.print("    \(reason)") }
    }
  }
}
