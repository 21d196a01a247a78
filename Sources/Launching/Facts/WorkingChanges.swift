package import FileSystem
package import OCI
import Project
package import State

/// How a project's files differ from the commit that is checked out.
package struct WorkingChanges: Sendable, Hashable {
  /// What is known of the difference.
  package enum Difference: Sendable, Hashable {
    case none
    /// - patch: What git(1) would apply; nil where it is larger than ``limit``.
    case some(Digest, patch: [UInt8]?)
    /// There is no git, or it took too long.
    case unknown
  }

  /// Of a patch that is kept, in bytes.
  package static let limit = 1 << 20
  /// Of the patch in a run's folder.
  package static let fileName = "changes.patch"

  /// The commit's whole name.
  package let commit: String
  package let difference: Difference

  package init(commit: String, difference: Difference) {
    self.commit = commit
    self.difference = difference
  }

  /// Asks git, which takes some milliseconds.
  ///
  /// Files that git does not know of count, too, unless it ignores them; ``PrivateFiles`` never do.
  ///
  /// - Parameters:
  ///   - root: The project's folder; what lies outside it does not count.
  ///   - written: Paths from there that runs write, which makes them no changes.
  /// - Returns: nil where there is no commit.
  package static func look(
    in root: String, leavingOut written: [String] = []
  ) -> WorkingChanges? {
    guard let commit = (try? GitHead.read(in: root))?.commit else { return nil }
    let difference = GitDifference(root: root, written: written).find()
    return WorkingChanges(commit: commit, difference: difference ?? .unknown)
  }

  package var facts: [Input] {
    let commit = Input("commit", commit)
    return switch difference {
    case .none: [commit]
    case .some(let digest, _): [commit, Input("commit.diff", digest.description)]
    case .unknown: [commit, Input("commit.diff", "unknown")]
    }
  }

  /// Keeps the patch beside the run's log, where only the user may read it.
  /// - Parameter directory: The run's folder.
  package func keep(in directory: String) throws(FileError) {
    guard case .some(_, let patch?) = difference else { return }
    try FileTree.replace("\(directory)/\(Self.fileName)", with: patch, permissions: 0o600)
  }
}
