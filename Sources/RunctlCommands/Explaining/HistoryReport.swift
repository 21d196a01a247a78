import BuildEngine
import Launching
import OCI
import State

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
    let succeeded: Bool
    /// A digest, or the ID of a run; nil where nothing came of it.
    let output: String?
    /// Of a run whose program ended by itself.
    let exitCode: Int32?
    /// In a word or two.
    let result: String
    let reasons: [String]
    /// When it ended, which is when it stands in the history.
    fileprivate let moment: Int64
    fileprivate let duration: Duration?

    private enum CodingKeys: String, CodingKey {
      case entry, run, target, time, seconds, succeeded, output, exitCode, result, reasons
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
    let all =
      entries.map(Event.init(entry:))
      + runs.map { Event(run: $0, RunStanding.of($0, in: state)) }
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
      time: Timestamp.rfc3339(entry.made), seconds: entry.duration / .seconds(1), succeeded: true,
      output: entry.output, exitCode: isRun ? 0 : nil,
      result: isRun ? "run \(entry.output)" : Digest(entry.output)?.short ?? entry.output,
      reasons: entry.reasons, moment: entry.made, duration: entry.duration)
  }

  init(run: RunRecord, _ standing: RunStanding) {
    let command = ShellWords.line([run.script] + run.arguments)
    let ended = run.started + Int64((run.duration ?? .zero) / .seconds(1))
    self.init(
      entry: nil, run: run.id, target: (run.image.isEmpty ? "run " : "\(run.image):run ") + command,
      time: Timestamp.rfc3339(ended), seconds: run.duration.map { $0 / .seconds(1) },
      succeeded: run.ending == .exited(code: 0), output: nil, exitCode: Self.code(run.ending),
      result: DiagnosticPrinter.printable(standing.words), reasons: [], moment: ended,
      duration: run.duration)
  }

  private static func code(_ ending: RunRecord.Ending) -> Int32? {
    if case .exited(let code) = ending { code } else { nil }
  }
}
