import ArgumentParser
import BuildEngine
import Launching
import OCI
import State

struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "What was built, pushed and run in this project, the newest first.",
    discussion: """
      The first column is what 'runctl explain --run' takes. A run that is not a \
      train that succeeded has only its ID.

      Examples:
        runctl history
        runctl history --limit 100 --json
        runctl explain --run 12    why entry 12 was made
      """)

  @OptionGroup var projectOptions: ProjectOptions

  @Option(help: ArgumentHelp("How many entries at most.", valueName: "count"))
  var limit = 20

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit is a number from 1 on") }
  }

  func run() throws {
    try Session.run {
      let workspace = try Workspace(directory: projectOptions.directory)
      let state = workspace.reading()
      let report = try HistoryReport(state, limit: limit)
      if json {
        try JSONOutput.print(report, to: workspace.terminal)
      } else {
        report.print(to: workspace.terminal)
      }
      return .success
    }
  }
}

/// What happened in a project.
struct HistoryReport: Encodable {
  struct Event: Encodable {
    /// The number of an entry; only trains that succeeded are entries among the runs.
    let entry: Int64?
    /// The ID of a run.
    let run: String?
    let target: String
    let time: String
    let seconds: Double?
    let result: String
    let reasons: [String]
    fileprivate let moment: Int64
    fileprivate let duration: Duration?

    private enum CodingKeys: String, CodingKey {
      case entry, run, target, time, seconds, result, reasons
    }
  }

  let events: [Event]
  /// How many older entries were forgotten.
  let thinnedOut: Int64
  /// How many older runs were, with their logs.
  let thinnedOutRuns: Int64

  init(_ state: ProjectState, limit: Int) throws {
    let entries = try state.history.newest(limit: limit)
    let known = Set(entries.filter { $0.target.kind == .run }.map(\.output))
    let runs = try state.runs.newest(limit: limit).filter { !known.contains($0.id) }
    let all = entries.map(Event.init(entry:)) + runs.map(Event.init(run:))
    let ordered = all.enumerated().sorted {
      ($1.element.moment, $0.offset) < ($0.element.moment, $1.offset)
    }
    events = ordered.prefix(limit).map(\.element)
    thinnedOut = try state.history.thinnedOut()
    thinnedOutRuns = try state.runs.thinnedOut()
  }

  func print(to terminal: Terminal) {
    guard !events.isEmpty else {
      terminal.print("nothing was made in this project yet")
      return
    }
    var table = Table("ENTRY", "TIME", "TARGET", "TOOK", "RESULT", "WHY")
    for event in events {
      table.add(
        event.entry.map { "\($0)" } ?? event.run ?? "", event.time,
        DiagnosticPrinter.printable(event.target),
        event.duration.map(Quantity.duration) ?? "",
        Self.short(event.result), Self.summary(event.reasons))
    }
    table.print(to: terminal)
    if thinnedOut > 0 {
      let entries = thinnedOut == 1 ? "entry" : "entries"
      terminal.print("\(thinnedOut) older \(entries) thinned out")
    }
    if thinnedOutRuns > 0 {
      terminal.print(
        "\(Quantity.count(Int(thinnedOutRuns), "older run")) thinned out, with the logs")
    }
  }

  /// A reason why a run did not start can be long: `explain --run` has all of it.
  private static func short(_ text: String) -> String {
    text.count > 40 ? text.prefix(39) + "…" : text
  }

  private static func summary(_ reasons: [String]) -> String {
    guard let first = reasons.first else { return "" }
    let text = DiagnosticPrinter.printable(first)
    return reasons.count == 1 ? text : "\(text) and \(reasons.count - 1) more"
  }
}

extension HistoryReport.Event {
  init(entry: HistoryEntry) {
    let isRun = entry.target.kind == .run
    self.init(
      entry: entry.number, run: isRun ? entry.output : nil,
      target: entry.target.description + (isRun ? " " + entry.target.detail : ""),
      time: Timestamp.rfc3339(entry.made), seconds: entry.duration / .seconds(1),
      result: isRun ? "run \(entry.output)" : Digest(entry.output)?.short ?? entry.output,
      reasons: entry.reasons, moment: entry.made, duration: entry.duration)
  }

  init(run: RunRecord) {
    let command = ShellWords.line([run.script] + run.arguments)
    self.init(
      entry: nil, run: run.id, target: (run.image.isEmpty ? "run " : "\(run.image):run ") + command,
      time: Timestamp.rfc3339(run.started),
      seconds: run.duration.map { $0 / .seconds(1) }, result: Self.words(run.ending),
      reasons: [], moment: run.started, duration: run.duration)
  }

  static func words(_ ending: RunRecord.Ending) -> String {
    switch ending {
    case .running: "running"
    case .exited(let code): "exit code \(code)"
    case .signalled(let signal): "ended by signal \(signal)"
    case .failed(let reason): DiagnosticPrinter.printable(reason)
    }
  }
}
