package import Diagnostics
package import OCI

/// What the store tells of itself: mostly what it found wrong and has put right.
package enum StorageFinding: ReportableError, Equatable {
  /// The contents contradict themselves; the file was moved to `aside`.
  case database(path: String, aside: String)
  /// Not what its name says any more; it is gone.
  case blob(Digest)
  /// Could not be read, and was written anew from the database.
  case index(path: String)
  /// Not as long as it must be; another one was made.
  case secretKey(path: String)

  /// Nothing is wrong: another process looks, and is waited for.
  case examinedByAnother(path: String)

  package var diagnostic: Diagnostic {
    switch self {
    case .database(let path, let aside):
      Diagnostic(
        .warning, id: "store-damaged",
        "the store's database '\(path)' was damaged; it is now '\(aside)'",
        help: "nothing needs to be done: what it knew is found out anew")
    case .blob(let digest):
      Diagnostic(
        .warning, id: "content-removed",
        "the stored content \(digest) was damaged, and has been removed",
        help: "nothing needs to be done: it is made or fetched anew when it is needed")
    case .index(let path):
      Diagnostic(
        .warning, id: "index-damaged", "'\(path)' was damaged, and has been written anew",
        help: "nothing needs to be done: runctl keeps the names of images elsewhere, too")
    case .secretKey(let path):
      Diagnostic(
        .warning, id: "key-damaged", "'\(path)' was damaged, and has been made anew",
        help: "nothing needs to be done: targets with secrets look changed once")
    case .examinedByAnother(let path):
      Diagnostic(
        .note, id: "store-examined",
        "waiting for another runctl that looks whether the store '\(path)' is whole")
    }
  }
}
