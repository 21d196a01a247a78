package import Diagnostics

/// What can be wrong with a project's state.
package enum StateError: ReportableError, Equatable {
  /// Made by a newer runctl.
  case newerFormat(path: String, version: Int, known: Int)
  case database(path: String, reason: String)
  /// The contents contradict themselves; the file was moved to `aside`.
  case damaged(path: String, aside: String)
  /// The contents contradict themselves, and whoever only looks leaves the file where it is.
  case unreadable(path: String)

  package var diagnostic: Diagnostic {
    switch self {
    case .newerFormat(let path, let version, let known):
      Diagnostic(
        id: "state-too-new",
        "'\(path)' has format \(version), and this runctl knows formats up to \(known)",
        help: "use the newer runctl, or another place for the state (RUNCTL_STATE_DIR)")
    case .database(let path, let reason):
      Diagnostic(
        id: "state-database", "cannot use the state database '\(path)': \(reason)",
        help: "check the permissions of that folder, or name another one (RUNCTL_STATE_DIR)")
    case .damaged(let path, let aside):
      Diagnostic(
        .warning, id: "state-damaged",
        "the state database '\(path)' was damaged; it is now '\(aside)'",
        help: "nothing needs to be done: the state is made anew, and layers come from the store")
    case .unreadable(let path):
      Diagnostic(
        .warning, id: "state-unreadable",
        "the state database '\(path)' is damaged: what was made before cannot be told",
        help: "the next build sets it aside, and makes the state anew")
    }
  }
}
