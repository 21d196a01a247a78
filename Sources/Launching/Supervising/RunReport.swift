package import Diagnostics
import FileSystem
import FoundationEssentials
import OCI
package import State

/// What a supervisor has to say of its run beside the record: kept in the run's folder, for whoever
/// comes back to it.
package struct RunReport: Sendable, Hashable, Codable {
  /// A finding without its place in a file.
  package struct Finding: Sendable, Hashable, Codable {
    let isWarning: Bool
    let id: String
    let message: String
    let help: String?

    package init(_ diagnostic: Diagnostic) {
      isWarning = diagnostic.severity != .error
      (id, message, help) = (diagnostic.id, diagnostic.message, diagnostic.help)
    }

    package var diagnostic: Diagnostic {
      Diagnostic(isWarning ? .warning : .error, id: id, message, help: help)
    }
  }

  /// Why it was not started or given up, and what runctl ends with for that.
  package struct Failure: Sendable, Hashable, Codable {
    package let status: Int32
    package let finding: Finding

    package init(status: Int32, _ finding: Finding) {
      self.status = status
      self.finding = finding
    }
  }

  package var failure: Failure?
  /// Counts where the record could not be written; nil where it failed.
  package var ending: RunRecord.Ending?
  package var problems: [Finding] = []
  /// See ``RunResult``.
  package var broughtBack: [String] = []
  package var undeclared: [String] = []
  package var undeclaredCount = 0

  package init(failure: Failure? = nil) { self.failure = failure }

  package init(_ result: RunResult) {
    ending = result.ending
    problems = result.problems.map(Finding.init)
    broughtBack = result.broughtBack
    undeclared = result.undeclared.files.prefix(10).map(\.path)
    undeclaredCount = result.undeclared.count
  }

  package static func path(in directory: String) -> String { "\(directory)/report" }

  package func write(to directory: String) throws {
    try FileTree.replace(Self.path(in: directory), with: Array(JSONEncoder().encode(self)))
  }

  /// - Returns: nil while there is none, and for a run that was lost.
  package static func read(in directory: String) -> RunReport? {
    (try? FileTree.readIfPresent(path(in: directory))).flatMap { bytes in
      bytes.flatMap { try? JSONDecoder().decode(RunReport.self, from: Data($0)) }
    }
  }
}
