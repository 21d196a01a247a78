import Glibc

/// Where everything in a store is.
package struct StorePaths: Sendable, Hashable {
  package let root: String

  package init(root: String) { self.root = root }

  /// `$RUNCTL_HOME`, else `$XDG_DATA_HOME/runctl`, else `~/.local/share/runctl`.
  package static func ofUser(_ environment: [String: String]) -> StorePaths {
    if let home = environment["RUNCTL_HOME"], !home.isEmpty {
      return StorePaths(root: home.hasPrefix("/") ? home : workingDirectory + "/" + home)
    }
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      return StorePaths(root: data + "/runctl")
    }
    return StorePaths(root: (environment["HOME"] ?? "") + "/.local/share/runctl")
  }

  private static var workingDirectory: String {
    guard let path = getcwd(nil, 0) else { return "" }
    defer { free(path) }
    return String(cString: path)
  }

  package var blobs: String { root + "/blobs/sha256" }
  package var snapshots: String { root + "/snapshots" }
  package var temporary: String { root + "/tmp" }
  /// Snapshots without a name, which may still be below somebody's mounts.
  var removedSnapshots: String { temporary + "/removed" }
  package var locks: String { root + "/locks" }
  var pins: String { locks + "/pins" }
  /// Files whose times say when images were last used.
  var used: String { root + "/used" }
  /// Small files that make later containers start faster.
  package var runtimeCache: String { root + "/runtime-cache" }
  /// What AWS said, for as long as it is good.
  package var cloud: String { root + "/cloud" }
  /// What commands keep between builds.
  package var cacheMounts: String { root + "/cache-mounts" }
  package var database: String { root + "/store.db" }
  var secretKey: String { root + "/secret.key" }
  /// Written anew whenever a name in the store changes, so that its stat record is a fingerprint of
  /// all names.
  package var index: String { root + "/index.json" }
  /// Written anew whenever a name in a registry turns out to mean something else.
  package var resolutions: String { root + "/resolutions" }
}
