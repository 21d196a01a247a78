import FileSystem
import Launching
import State

/// All that is known of one run.
struct RunDetail: Encodable {
  struct Fact: Encodable {
    let name: String
    let value: String
  }

  /// A file of the run.
  struct Kept: Encodable {
    let path: String
    let bytes: Int64
  }

  let run: RunSummary
  let facts: [Fact]
  let log: Kept?
  /// What differed from the commit.
  let changes: Kept?
  /// What its HEALTHCHECK said last.
  let health: String?

  /// - Parameter health: nil where there is no HEALTHCHECK, or nobody knows.
  init(_ run: RunRecord, in state: ProjectState, health: RunNews.Health?) {
    self.run = RunSummary(run, RunStanding.of(run, in: state))
    facts = run.facts.map {
      // That there is a secret is said, and not what stands for it.
      Fact(name: $0.name, value: Input.isHidden($0.value) ? "<secret>" : Input.shown($0.value))
    }
    log = Self.kept("\(state.directory)/\(run.log)")
    changes = Self.kept("\(state.runsDirectory)/\(run.id)/\(WorkingChanges.fileName)")
    self.health = health?.rawValue
  }

  private static func kept(_ path: String) -> Kept? {
    let status = try? FileStatus.of(path, followLink: true)
    return status.map { Kept(path: path, bytes: $0.size) }
  }

  func print(to terminal: Terminal) {
    terminal.print(terminal.styled("run \(run.id)", .bold, onErrors: false))
    for (name, value) in rows where !value.isEmpty {
      let margin = String(repeating: " ", count: max(1, 16 - name.count))
      let text = DiagnosticPrinter.printable(value.replacing("\n", with: "\\n"))
      terminal.print("  \(DiagnosticPrinter.printable(name))\(margin)\(text)")
    }
  }

  private var rows: [(name: String, value: String)] {
    let before = [
      ("status", run.status), ("result", run.result), ("ended by", run.endedBy ?? ""),
      ("health", health ?? ""), ("command", run.command), ("where", run.machine),
      ("image", [run.image, run.imageDigest].compactMap(\.self).joined(separator: " ")),
      ("started", run.started),
      ("took", run.seconds.map { Quantity.duration(.seconds($0)) } ?? ""),
    ]
    let after = [("log", log), ("changes", changes)].map { name, kept in
      (name, kept.map { "\($0.path) (\(Quantity.bytes($0.bytes)))" } ?? "")
    }
    return before + facts.map { ($0.name == RunFacts.command ? "started as" : $0.name, $0.value) }
      + after
  }
}
