import FileSystem
import Glibc

/// What runctl remembers of a project. It lives in one folder, `.runctl/` unless told otherwise,
/// and losing it costs time, never correctness.
package struct ProjectState: Sendable {
  package let directory: String
  package let targets: TargetRecords
  package let digests: DigestRecords
  package let runs: RunRecords
  package let history: HistoryRecords

  /// Opens the state to be looked at; not a byte of it changes.
  /// - Parameter report: Told, each time that it was looked at, that it is damaged.
  package static func reading(
    _ directory: String, report: @escaping @Sendable (StateError) -> Void = { _ in }
  ) -> ProjectState {
    ProjectState(directory: directory, isReadOnly: true, report: report)
  }

  /// Opens the state, and makes the folder when there is none.
  /// - Parameter report: Told what was found damaged and is made anew.
  package static func writing(
    _ directory: String, report: @escaping @Sendable (StateError) -> Void = { _ in }
  ) throws -> ProjectState {
    do throws(FileError) {
      try FileTree.makeDirectories(directory)
      let ignore = directory + "/.gitignore"
      // A loss of power can leave a file that is empty.
      if try FileStatus.of(ignore, followLink: true)?.size ?? 0 == 0 {
        try FileTree.replace(ignore, with: Array(ignored.utf8))
      }
      // Found out now, and not after the work that is to be recorded.
      guard access(directory, W_OK) == 0 else { throw FileError("write to", directory) }
    } catch {
      if error.errno == ENOSPC { throw error }
      throw StateError.database(path: directory, reason: error.reason)
    }
    return ProjectState(directory: directory, isReadOnly: false, report: report)
  }

  private static let ignored = """
    # The state of runctl in this project: made anew where it is missing.
    *
    !.gitignore

    """

  private init(
    directory: String, isReadOnly: Bool, report: @escaping @Sendable (StateError) -> Void
  ) {
    self.directory = directory
    let database = StateDatabase(
      path: directory + "/state.db", isReadOnly: isReadOnly, report: report)
    targets = TargetRecords(database: database)
    digests = DigestRecords(database: database)
    runs = RunRecords(database: database)
    history = HistoryRecords(database: database)
  }

  package var runsDirectory: String { directory + "/runs" }
}
