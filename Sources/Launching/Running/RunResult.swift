package import Diagnostics
package import OCI
package import State

/// What came of a run whose program was started.
package struct RunResult: Sendable {
  package let id: String
  /// How it ended; never `running`.
  package let ending: RunRecord.Ending
  package let duration: Duration
  /// Absolute.
  package let log: String
  /// The outputs that were brought back, as they were written in the settings.
  package let broughtBack: [String]
  /// Files that the run wrote and that are gone, because no output has them.
  package let undeclared: UndeclaredFiles
  /// Whether every output that it wrote is in its place.
  package let isBack: Bool
  /// What the outputs are now, for ``RunInputs/reasonsToRun(since:)``.
  package let outputs: [Input]
  /// What went wrong around the program: an output that could not be brought back, a log or a
  /// record that is not complete.
  package var problems: [Diagnostic]

  package var succeeded: Bool { ending == .exited(code: 0) }

  /// See ``RunRecord/Ending/exitCode``.
  package var exitCode: Int32 { ending.exitCode ?? 1 }
}

/// Files that a run wrote beside its outputs.
package struct UndeclaredFiles: Sendable, Equatable {
  package struct File: Sendable, Hashable {
    /// In the image.
    package let place: TreePath
    /// Relative to the project's root: what an output would be called.
    package let path: String
  }

  /// In order of place, at most ``limit``.
  package let files: [File]
  /// How many there were.
  package let count: Int

  package static let limit = 100
  package static let none = UndeclaredFiles(files: [], count: 0)
}
