import ContextScan
import FileSystem
import OCI
import Storage

/// The blobs that an image consists of, as they lie in the store.
struct StoredParts {
  let blobs: BlobDirectory
  /// The manifest first.
  let contents: [Digest]

  /// The stat records of all of them as one number.
  func fingerprint() throws -> StatFingerprint {
    var fingerprint = StatFingerprint()
    for part in contents {
      let path = blobs.path(of: part)
      fingerprint.add(
        path: PathHash(Array(path.utf8)), try FileStatus.of(path, followLink: true))
    }
    return fingerprint
  }

  /// Returns when a change of one of them can be seen in its stat record.
  func settle(_ clock: some FileClock) throws {
    for part in contents {
      if let status = try FileStatus.of(blobs.path(of: part), followLink: true) {
        try clock.waitUntil(after: status)
      }
    }
  }

  /// Those that are gone, or not what their name says. They are read to the end, unless their stat
  /// records are those of a time when they were whole.
  func damaged(whole: StatFingerprint?) throws -> [Digest] {
    if let whole, try fingerprint() == whole { return [] }
    return try contents.filter { part in
      guard try blobs.size(of: part) != nil else { return true }
      return try !blobs.isWhole(part)
    }
  }
}
