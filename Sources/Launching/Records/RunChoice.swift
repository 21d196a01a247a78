package import Diagnostics
package import State

/// Which recorded run a person means: `latest`, its name, the beginning or the last part of it.
package enum RunChoice {
  package static let latest = "latest"

  /// - Throws: ``RunChoiceError``; `StateError`.
  package static func run(_ text: String, in runs: RunRecords) throws -> RunRecord {
    if text == latest {
      guard let run = try runs.newest(limit: 1).first else { throw RunChoiceError.noRuns }
      return run
    }
    if let run = try runs.run(text) { return run }
    let names = text.isEmpty ? [] : try runs.names(matching: text)
    guard names.count <= 1 else { throw RunChoiceError.ambiguous(text, names: names) }
    if let name = names.first, let run = try runs.run(name) { return run }
    let known = try runs.newest(limit: suggested).map(\.id)
    if known.isEmpty { throw RunChoiceError.noRuns }
    throw RunChoiceError.unknown(
      text, suggestion: Suggestion.closest(to: text, among: known + [latest]))
  }

  /// Among so many of the newest runs a mistyped one is looked for.
  private static let suggested = 200
}

/// Why it is not clear which run is meant.
package enum RunChoiceError: ReportableError, Equatable {
  case noRuns
  case unknown(String, suggestion: String?)
  /// - names: The newest first.
  case ambiguous(String, names: [String])

  package var diagnostic: Diagnostic {
    switch self {
    case .noRuns:
      Diagnostic(
        id: "no-runs", "nothing was run in this project yet", help: "runctl train SCRIPT")
    case .unknown(let text, let suggestion):
      Diagnostic(
        id: "unknown-run",
        "no run is named '\(text)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? ""),
        help: "'runctl runs' lists them; 'latest' is the newest, and a unique beginning is enough")
    case .ambiguous(let text, let names):
      Diagnostic(
        id: "ambiguous-run", "'\(text)' is the beginning of \(names.count) runs",
        help: "write more of it: " + names.prefix(5).joined(separator: ", ")
          + (names.count > 5 ? ", …" : ""))
    }
  }
}
