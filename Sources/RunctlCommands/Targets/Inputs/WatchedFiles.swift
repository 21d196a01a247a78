import ContextScan
import FileSystem
import OCI

/// The files beside the context that decide what is built: Dockerfile, ignore files, configuration.
/// They are looked at before they are read, and once more when the image is there.
struct WatchedFiles {
  private let paths: [String]
  private let contents: Digest

  init(_ paths: [String]) throws {
    self.paths = paths
    contents = try Self.digest(of: paths)
  }

  /// Whether the files are still what they were at the start.
  ///
  /// One that was written in this moment could be written again without a trace in its stat record:
  /// the moment is waited for to pass, so that from here on a change can be seen.
  func areUnchanged(by clock: some FileClock) throws -> Bool {
    for path in paths {
      if let status = try FileStatus.of(path, followLink: true) {
        try clock.waitUntil(after: status)
      }
    }
    return try Self.digest(of: paths) == contents
  }

  private static func digest(of paths: [String]) throws -> Digest {
    var hash = SHA256()
    for path in paths {
      let bytes = try FileTree.readIfPresent(path)
      hash.update(Array("\(path) \(bytes?.count ?? -1)\n".utf8))
      hash.update(bytes ?? [])
    }
    return hash.finalize()
  }
}
