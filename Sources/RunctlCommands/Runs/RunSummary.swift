import BuildEngine
import Launching
import OCI
import State

/// A run as lists and scripts have it.
struct RunSummary: Encodable {
  let id: String
  /// Its name in the project; nil without one.
  let image: String?
  let imageDigest: String?
  let script: String
  /// What looked secret is `<secret>`.
  let arguments: [String]
  let machine: String
  /// `running`, `succeeded`, `failed` or `lost`.
  let status: String
  /// In a word or two.
  let result: String
  /// `program`, `signal`, `oom`, `timeout`, `stop` or `runctl`; nil while it runs, and of a lost one.
  let endedBy: String?
  /// What runctl ends with for it.
  let exitCode: Int32?
  let started: String
  let seconds: Double?

  init(_ run: RunRecord, _ standing: RunStanding) {
    id = run.id
    image = run.image.isEmpty ? nil : run.image
    imageDigest = run.imageDigest
    script = run.script
    arguments = run.arguments
    machine = run.machine.description
    status = RunFilter.Status(standing).rawValue
    result = standing.words
    endedBy = run.ending.author
    exitCode = run.ending.exitCode
    started = Timestamp.rfc3339(run.started)
    seconds = run.duration.map { $0 / .seconds(1) }
  }

  /// What was run, as it would be typed.
  var command: String {
    DiagnosticPrinter.printable(ShellWords.line([script] + arguments))
  }
}

/// The runs of a project, the newest first.
struct RunList: Encodable {
  let runs: [RunSummary]
  /// How many older ones were forgotten, with their logs.
  let thinnedOut: Int64

  /// - Parameter limit: How many at most.
  init(_ state: ProjectState, _ filter: RunFilter, limit: Int) throws {
    // Which ones still run, only their locks say: the database cannot choose.
    runs = try state.runs.newest(limit: .max).lazy
      .map { ($0, RunStanding.of($0, in: state)) }
      .filter { filter.includes($0, $1) }
      .prefix(limit).map { RunSummary($0, $1) }
    thinnedOut = try state.runs.thinnedOut()
  }

  func print(to terminal: Terminal) {
    guard !runs.isEmpty else { return terminal.print("no such run") }
    var table = Table("RUN", "STARTED", "TOOK", "WHERE", "IMAGE", "RESULT", "COMMAND")
    for run in runs {
      table.add(
        run.id, String(run.started.dropLast()).replacing("T", with: " "),
        run.seconds.map { Quantity.duration(.seconds($0)) } ?? "", run.machine,
        [run.image, run.imageDigest.flatMap { Digest($0)?.short }].compactMap(\.self)
          .joined(separator: " "),
        Self.short(DiagnosticPrinter.printable(run.result)), Self.short(run.command))
    }
    table.print(to: terminal)
    if thinnedOut > 0 {
      terminal.print("\(Quantity.count(Int(thinnedOut), "older run")) thinned out, with the logs")
    }
  }

  private static func short(_ text: String) -> String {
    text.count > 60 ? text.prefix(59) + "…" : text
  }
}
