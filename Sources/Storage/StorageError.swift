package import Diagnostics
package import OCI

/// What can be wrong with the store.
package enum StorageError: ReportableError, Equatable {
  /// Made by a newer runctl.
  case newerFormat(path: String, version: Int, known: Int)
  case database(path: String, reason: String)
  /// The store's folder cannot be made or written.
  case unusable(path: String, reason: String)
  /// A blob whose bytes are not what its name says.
  case damagedBlob(Digest)
  case missingBlob(Digest)
  /// A manifest or configuration that is there, so that nobody knows what its image needs.
  case unreadableDocument(Digest)
  case notALayout(path: String, reason: String)
  /// An image that has a name here, of which a part was lost.
  case incompleteImage(name: String)
  /// The store belongs to another user.
  case foreignOwner(path: String, owner: UInt32)

  package var diagnostic: Diagnostic {
    switch self {
    case .newerFormat(let path, let version, let known):
      Diagnostic(
        id: "store-too-new",
        "'\(path)' has format \(version), and this runctl knows formats up to \(known)",
        help: "use the newer runctl, or another store (RUNCTL_HOME)")
    case .database(let path, let reason):
      Diagnostic(
        id: "store-database", "cannot use the database '\(path)': \(reason)",
        help: "move that file away and run the command again; what it knew is made anew")
    case .unusable(let path, let reason):
      Diagnostic(
        id: "store-unusable", "cannot use the store '\(path)': \(reason)",
        help: "check its permissions, or name another place (RUNCTL_HOME)")
    case .damagedBlob(let digest):
      Diagnostic(
        id: "damaged-blob",
        "the content \(digest) is damaged: its bytes are not what its name says",
        help: "remove the file of that name, and run the command again: it is made or fetched anew")
    case .missingBlob(let digest):
      Diagnostic(
        id: "missing-blob", "the store lacks the content \(digest)",
        help: "run the command again with -B: it is made or fetched anew")
    case .unreadableDocument(let digest):
      Diagnostic(
        id: "unreadable-document",
        "nothing is taken away, because the description \(digest) of an image cannot be read",
        help: "'runctl cache verify' says what is the matter, and drops what is damaged")
    case .incompleteImage(let name):
      Diagnostic(
        id: "incomplete-image", "the image '\(name)' is no longer whole in the store",
        help: "import or build it again, or take the name away (runctl images rm \(name))")
    case .notALayout(let path, let reason):
      Diagnostic(
        id: "not-a-layout", "'\(path)' is not an OCI image layout: \(reason)",
        help: "name a directory that `--output oci:DIR` or another tool wrote")
    case .foreignOwner(let path, let owner):
      Diagnostic(
        id: "foreign-store", "the store '\(path)' belongs to user \(owner)",
        help: "run runctl as that user, or set RUNCTL_HOME to a store of your own")
    }
  }
}
