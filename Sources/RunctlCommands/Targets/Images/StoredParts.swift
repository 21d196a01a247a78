import ContextScan
import FileSystem
import OCI
import Storage

/// The blobs that an image consists of, as they lie in the store.
struct StoredParts {
  let paths: StorePaths
  /// The manifest first.
  let contents: [Digest]

  /// The stat records of all of them as one number.
  func fingerprint() throws -> StatFingerprint {
    var fingerprint = StatFingerprint()
    for part in contents {
      let path = "\(paths.blobs)/\(part.hex)"
      fingerprint.add(
        path: PathHash(Array(path.utf8)), try FileStatus.of(path, followLink: true))
    }
    return fingerprint
  }

  /// Whether each is there and what its name says. Nothing is asked of the store while their stat
  /// records are those of a time when they were whole.
  func areWhole(_ whole: StatFingerprint?, in store: () throws -> Store) throws -> Bool {
    if let whole, try fingerprint() == whole { return true }
    let blobs = try store().blobs
    return try contents.allSatisfy { try blobs.size(of: $0) != nil }
  }
}
