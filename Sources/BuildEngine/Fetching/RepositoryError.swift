package import Diagnostics
package import OCI

/// Why the files of a git repository could not be had. Addresses are without what lets people in.
package enum RepositoryError: ReportableError, Equatable {
  case gitMissing(url: String)
  /// The program failed; `lines` are the last of what it said.
  case failed(url: String, lines: [String])
  case noSuchRef(url: String, ref: String)
  case noSuchCommit(url: String, commit: GitCommit)
  case noSuchDirectory(url: String, directory: TreePath)
  case otherCommit(url: String, expected: GitCommit, actual: GitCommit)

  package var diagnostic: Diagnostic { Diagnostic(id: id, message, help: help) }

  private var id: String {
    switch self {
    case .gitMissing: "git-missing"
    case .otherCommit: "checksum-mismatch"
    default: "git-failed"
    }
  }

  private var message: String {
    switch self {
    case .gitMissing(let url): "'\(url)' is a git repository, and the program 'git' is not here"
    case .failed(let url, let lines):
      "cannot fetch the git repository '\(url)'"
        + (lines.isEmpty ? "" : ": " + lines.joined(separator: "; "))
    case .noSuchRef(let url, let ref):
      "'\(url)' has no branch or tag '\(ref.isEmpty ? "HEAD" : ref)'"
    case .noSuchCommit(let url, let commit): "'\(url)' has no commit \(commit)"
    case .noSuchDirectory(let url, let directory):
      "'\(url)' has no directory '\(directory.description.dropFirst())'"
    case .otherCommit(let url, let expected, let actual):
      "'\(url)' is not what it should be: expected commit \(expected), got \(actual)"
    }
  }

  private var help: String? {
    switch self {
    case .gitMissing: "install it: apt-get install git"
    case .failed:
      "try it by hand: git ls-remote ADDRESS; nobody is asked for a password, so that a private"
        + " repository needs a key or a credential helper"
    case .noSuchRef: "check the name; a commit is written with all its digits"
    case .noSuchCommit: "check that it was pushed, and is on a branch"
    case .noSuchDirectory: "check what stands behind the ':'"
    case .otherCommit: "correct --checksum if the new commit is what you want"
    }
  }

  /// Whether nothing was said about what is there, and may be another time.
  var isSilence: Bool {
    switch self {
    case .failed: true
    default: false
    }
  }
}
