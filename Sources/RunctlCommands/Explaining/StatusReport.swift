import OCI
import Project
import State

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
    var hasNoDockerfile = false

    private enum CodingKeys: String, CodingKey {
      case target, kind, state, reasons, output, hasNoDockerfile
    }
  }

  var targets: [Row]

  static func rows(of image: ImageDefinition, _ build: ImageBuild) throws -> [Row] {
    let state = build.workspace.reading()
    if image.hasNoDockerfile {
      return [
        Row(
          target: "\(image.name):image", kind: "image", state: .neverMade,
          reasons: ["there is no Dockerfile: train runs without a container"], output: nil,
          hasNoDockerfile: true)
      ]
    }
    let target = try ImageTarget(build.workspace, image, build.settings)
    let (row, manifest) = try imageRow(target, state)
    let push = try pushRow(PushTarget(build.workspace, image, given: []), manifest, state)
    return [row] + [push].compactMap(\.self) + (try runRows(image, manifest, state))
  }

  private static func imageRow(
    _ target: ImageTarget, _ state: ProjectState
  ) throws -> (Row, Digest?) {
    let name = target.target.description
    switch try target.verdict(state, events: { _ in }) {
    case .upToDate(let output):
      let missing = try target.missingNames() ?? []
      let row = Row(
        target: name, kind: "image", state: missing.isEmpty ? .upToDate : .outOfDate,
        reasons: missing.map { "it would be named \($0.familiar)" },
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

  /// - Returns: nil for an image that goes nowhere.
  private static func pushRow(
    _ push: PushTarget, _ manifest: Digest?, _ state: ProjectState
  ) throws -> Row? {
    let name = push.target.description
    guard let record = try state.targets.current(push.target) else {
      return push.hasDestinations
        ? Row(target: name, kind: "push", state: .neverMade, reasons: [], output: nil) : nil
    }
    let isCurrent = manifest?.description == record.output
    return Row(
      target: name, kind: "push", state: isCurrent ? .upToDate : .outOfDate,
      reasons: isCurrent ? [] : ["the image is not the one that was pushed"],
      output: record.output)
  }

  private static func runRows(
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
        output: record?.output)
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
