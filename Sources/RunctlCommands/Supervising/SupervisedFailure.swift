import Diagnostics
import Launching

/// A run that its supervisor could not start, or gave up.
struct SupervisedFailure: ReportableError {
  let failure: RunReport.Failure

  init(_ failure: RunReport.Failure) { self.failure = failure }

  var diagnostic: Diagnostic { failure.finding.diagnostic }

  var status: CommandStatus { CommandStatus(rawValue: failure.status) ?? .failure }
}

extension RunReport.Failure {
  /// As the supervisor's client is to tell it.
  init(_ error: any Error) {
    let diagnostic =
      (error as? any ReportableError)?.diagnostic ?? error as? Diagnostic
      ?? Diagnostic(id: "internal", "\(error)")
    self.init(status: CommandStatus(error).rawValue, .init(diagnostic))
  }
}
