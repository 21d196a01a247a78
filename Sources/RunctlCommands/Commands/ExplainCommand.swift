import ArgumentParser
import Project
import State

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Why a target would be made now, or was made before: each input, old and new.",
    discussion: """
      Nothing is made, and nothing had to be switched on before. Secrets are only ever told to have \
      changed.

      Examples:
        runctl explain                what the next build would do, and why
        runctl explain app:image      of one target
        runctl explain --last         why the newest image was built
        runctl explain --run 12       of an entry of 'runctl history', or of a run by its ID
        runctl explain --edit requirements.txt    what an edit would cost
        runctl explain --json
      """,
    aliases: ["why"])

  @OptionGroup var projectOptions: ProjectOptions

  @Argument(
    help: ArgumentHelp(
      "An image's name, or NAME:image, NAME:push, NAME:run (default: all).", valueName: "target"))
  var target: String?

  @OptionGroup var image: ImageBuildOptions

  @Option(name: .customLong("run"), help: ArgumentHelp("An entry or a run.", valueName: "id"))
  var entry: String?

  @Option(help: ArgumentHelp("What an edit of this file would cost.", valueName: "path"))
  var edit: String?

  @Flag(help: "The newest making instead of the next one.")
  var last = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    let questions = [entry != nil, edit != nil, last].count { $0 }
    if questions > 1 { throw ValidationError("--run, --last and --edit exclude each other") }
    if entry != nil, target != nil {
      throw ValidationError("--run says which target is meant: leave the target out")
    }
  }

  func run() throws {
    try Session.run {
      let name = try TargetName(target)
      var selection = try ImageSelection.parse([])
      selection.positionals = name.image.map { [$0] } ?? []
      let build = try ImageBuild(projectOptions, selection, image, MakeOptions.parse(["-n"]))
      if let edit { return try tell(edit, build) }
      let past = PastMakings(state: build.workspace.reading())
      let explanations =
        if let entry {
          [try past.making(entry)]
        } else if last {
          try past.newest(build.images, name.kind)
        } else {
          try Explainer(build: build, kind: name.kind).now()
        }
      let terminal = build.workspace.terminal
      if json {
        try JSONOutput.print(Report(targets: explanations), to: terminal)
      } else {
        explanations.forEach(ExplanationView(terminal: terminal).print)
        if explanations.isEmpty { terminal.print(nothing(name.kind)) }
      }
      return .success
    }
  }

  private func nothing(_ kind: Target.Kind?) -> String {
    kind == .run
      ? "no train has succeeded yet: 'runctl history' lists all runs"
      : kind == .push
        ? "nothing was pushed yet, and no destination is configured"
        : "nothing was made yet"
  }

  private func tell(_ path: String, _ build: ImageBuild) throws -> CommandStatus {
    let terminal = build.workspace.terminal
    let outlooks = try build.images.map { try EditOutlook.of($0, build, editing: path) }
    if json {
      try JSONOutput.print(EditReport(edits: outlooks), to: terminal)
    } else {
      outlooks.forEach { $0.print(to: terminal) }
    }
    return .success
  }

  private struct Report: Encodable {
    let targets: [Explanation]
  }

  private struct EditReport: Encodable {
    let edits: [EditOutlook]
  }
}

/// `IMAGE` or `IMAGE:KIND`, as a person writes it.
private struct TargetName {
  let image: String?
  /// nil means all.
  let kind: Target.Kind?

  init(_ text: String?) throws {
    guard let text else {
      (image, kind) = (nil, nil)
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    image = parts[0].isEmpty ? nil : String(parts[0])
    guard parts.count == 2 else {
      kind = nil
      return
    }
    guard let known = Target.Kind(rawValue: String(parts[1])), known != .tag else {
      throw UsageError(
        "unknown-target", "'\(parts[1])' is no kind of target",
        help: "write \(parts[0]):image, \(parts[0]):push or \(parts[0]):run")
    }
    kind = known
  }
}
