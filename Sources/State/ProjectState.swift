import FileSystem

/// What runctl remembers of a project. It lives in one folder, `.runctl/` unless told otherwise,
/// and losing it costs time, never correctness.
package struct ProjectState: Sendable {
  package let directory: String
  package let targets: TargetRecords
  package let digests: DigestRecords
  package let runs: RunRecords
  package let history: HistoryRecords

  /// Opens the state to be looked at; not a byte of it changes.
  package static func reading(_ directory: String) -> ProjectState {
    ProjectState(directory: directory, isReadOnly: true)
  }

  /// Opens the state, and makes the folder when there is none.
  package static func writing(_ directory: String) throws -> ProjectState {
    do throws(FileError) {
      try FileTree.makeDirectories(directory)
      let ignore = directory + "/.gitignore"
      if !FileTree.exists(ignore) { try FileTree.replace(ignore, with: Array(ignored.utf8)) }
    } catch {
      throw StateError.database(path: directory, reason: error.reason)
    }
    return ProjectState(directory: directory, isReadOnly: false)
  }

  private static let ignored = """
    # The state of runctl in this project: made anew where it is missing.
    *
    !.gitignore

    """

  private init(directory: String, isReadOnly: Bool) {
    self.directory = directory
    let database = StateDatabase(path: directory + "/state.db", isReadOnly: isReadOnly)
    targets = TargetRecords(database: database)
    digests = DigestRecords(database: database)
    runs = RunRecords(database: database)
    history = HistoryRecords(database: database)
  }

  package var runsDirectory: String { directory + "/runs" }
}
