package import Diagnostics
import FileSystem

/// Puts a copy of the log of each run where a person keeps logs: `<folder>/<run>.log`.
package struct LogCopy: Sendable, Codable {
  /// Absolute.
  private let folder: String

  /// - Parameter folder: Absolute; made when it is missing.
  package init(into folder: String) { self.folder = folder }

  /// - Parameters:
  ///   - log: Of a run that has ended.
  ///   - id: The run's.
  /// - Returns: Why there is no copy; nil when there is one. The run's own log is there anyway.
  package func put(_ log: String, of id: String) -> Diagnostic? {
    do throws(FileError) {
      try FileCopy.copy(log, to: "\(folder)/\(id).log")
      return nil
    } catch {
      return Diagnostic(
        .warning, id: "log-not-copied", "the log of run \(id) is not copied: \(error.reason)",
        help: "it is '\(log)'; the folder for copies is 'log_dir' in [monitoring]")
    }
  }
}
