import FileSystem
import Glibc
import OCI

/// A file whose time says when an image was last found up to date: to note that, nobody opens the
/// database. Losing it costs an image that is pruned too early, and nothing else.
package struct UseMarker: Sendable {
  private let directory: String
  private let path: String

  package init(of owner: BuildOwner, in paths: StorePaths) {
    directory = paths.used
    let name = [owner.project, owner.image, owner.stage].joined(separator: "\0")
    path = directory + "/" + SHA256.digest(of: name).short
  }

  /// How exactly the time is kept, in seconds.
  private static let grain: Int64 = 3600

  /// Notes that the image is used now. Mostly one call of the system.
  package func touch() {
    let now = Int64(time(nil))
    if let last = lastUse, (0..<Self.grain).contains(now - last) { return }
    try? FileTree.makeDirectories(directory, permissions: 0o700)
    guard let file = try? File.open(path, flags: O_WRONLY | O_CREAT, permissions: 0o600) else {
      return
    }
    try? file.setModified(now * 1_000_000_000)
  }

  /// In seconds since 1970-01-01T00:00:00Z; nil when nobody knows.
  var lastUse: Int64? {
    (try? FileStatus.of(path, followLink: true)).flatMap { $0 }.map { $0.modified / 1_000_000_000 }
  }
}
