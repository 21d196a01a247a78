package import FileSystem
package import OCI
import SQLite

extension SnapshotCatalog {
  /// Those that were noted when they were finished, in whatever state they are now.
  package func noted() throws -> [Digest] {
    try records.names(of: .snapshot).filter {
      try FileStatus.of(path(of: $0), followLink: false) != nil
    }
  }

  package func status(of name: Digest) throws -> FileStatus? {
    try FileStatus.of(path(of: name), followLink: false)
  }

  /// Takes the name from a snapshot that is not what it should be. A command may run on it at this
  /// moment, so that nothing of it is removed before the store is nobody's.
  ///
  /// The caller has the store's lock on `name`.
  /// - Parameter seen: How it was when it was looked at.
  /// - Returns: Whether it was that still.
  package func drop(_ name: Digest, seen: FileStatus) throws -> Bool {
    guard try status(of: name) == seen else { return false }
    try records.forget(.snapshot, name)
    try FileTree.makeDirectories(removed, permissions: 0o700)
    do throws(FileError) {
      try FileTree.rename(path(of: name), to: "\(removed)/\(UInt64.random(in: 0 ... .max))")
    } catch {
      // Who prunes needs no lock but a claim.
      if !error.isNotFound { throw error }
      return false
    }
    return true
  }
}

extension ContentRecords {
  func names(of kind: Kind) throws -> [Digest] {
    try database.use {
      try $0.all("SELECT name FROM contents WHERE kind = ?", [.integer(kind.rawValue)]) {
        Digest(bytes: $0.blob(0))
      }
    }.compactMap(\.self)
  }
}
