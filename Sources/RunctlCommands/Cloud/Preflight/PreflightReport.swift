import Diagnostics
import Launching

/// What was found about an instance and a run.
struct PreflightReport: Encodable {
  let instance: String
  let account: String
  let region: String
  let findings: [PreflightFinding]

  private var errors: Int { findings.count { $0.level == .error } }

  var status: CommandStatus { errors == 0 ? .success : .preflight }

  private enum CodingKeys: String, CodingKey {
    case instance
    case account
    case region
    case findings
    case isReady = "ready"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(instance, forKey: .instance)
    try container.encode(account, forKey: .account)
    try container.encode(region, forKey: .region)
    try container.encode(errors == 0, forKey: .isReady)
    try container.encode(findings, forKey: .findings)
  }

  /// Stops what would fail. What only may go wrong is told.
  /// - Throws: ``PreflightFailure``.
  func require(telling terminal: Terminal) throws(PreflightFailure) {
    let view = FindingView(terminal: terminal)
    for finding in findings where [.warning, .error].contains(finding.level) {
      view.lines(of: finding, onErrors: true).forEach(terminal.note)
    }
    guard errors == 0 else { throw PreflightFailure(instance: instance, count: errors) }
  }
}

/// A run was not started, because it would have failed.
struct PreflightFailure: ReportableError, Equatable {
  let instance: String
  let count: Int

  var diagnostic: Diagnostic {
    Diagnostic(
      id: "preflight",
      "'\(instance)' cannot run this: \(Quantity.count(count, "check")) failed; nothing was sent",
      help: "do what stands above; 'runctl aws check \(instance)' looks again, --skip-checks does "
        + "not look")
  }
}
