package import OCI

/// What is asked for beside the Dockerfile itself.
package struct BuildRequest: Sendable, Hashable {
  /// A stage's name; nil means the last stage.
  package var target: String?
  package var arguments: [String: String]
  /// Added to the image last.
  package var labels: [String: String]
  package var platform: Platform
  /// Part of the ids of cache mounts; empty for those that all projects share.
  package var cacheNamespace: String

  package init(
    target: String? = nil, arguments: [String: String] = [:], labels: [String: String] = [:],
    platform: Platform = .host, cacheNamespace: String = ""
  ) {
    self.target = target
    self.arguments = arguments
    self.labels = labels
    self.platform = platform
    self.cacheNamespace = cacheNamespace
  }
}
