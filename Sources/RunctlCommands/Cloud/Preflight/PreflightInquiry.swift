import AWS
import Diagnostics
import Launching

/// Gathers findings. A question that nobody answers is a warning; that nobody can be asked at all
/// is an error of the command.
struct PreflightInquiry {
  private(set) var findings: [PreflightFinding] = []

  mutating func add(_ finding: PreflightFinding) { findings.append(finding) }

  mutating func add(_ more: [PreflightFinding]) { findings += more }

  /// - Parameter what: What the question is about, as in "the state of the instance".
  /// - Returns: nil when there was no answer, which is a finding then.
  mutating func ask<Answer>(
    _ check: String, _ what: String, _ question: () throws -> Answer
  ) throws -> Answer? {
    do {
      return try question()
    } catch let error as AWSError {
      try take(error, check, what)
    } catch RemoteError.answerLost(let error) {
      try take(error, check, what)
    } catch let error as RemoteError {
      note(error, check, what)
    }
    return nil
  }

  private mutating func take(_ error: AWSError, _ check: String, _ what: String) throws {
    switch error {
    case .interrupted, .programUnusable, .noCredentials, .noRegion: throw error
    case .denied, .refused, .unreadableReply: note(error, check, what)
    }
  }

  private mutating func note(_ error: any ReportableError, _ check: String, _ what: String) {
    let diagnostic = error.diagnostic
    add(
      PreflightFinding(
        .warning, check, "\(what) was not found out: \(diagnostic.message)",
        remedy: diagnostic.help))
  }
}
