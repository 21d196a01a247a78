package import OCI

/// What a command line says about an image; it wins over the configuration.
package struct ImageOptions: Sendable, Hashable {
  /// Absolute.
  package var dockerfile: String?
  /// Absolute.
  package var context: String?
  package var target: String?
  package var buildArguments: [Assignment]
  /// Instead of the configured ones, when there is any.
  package var tags: [ImageTag]
  package var platform: Platform?
  /// By id.
  package var secrets: [String: SecretSource]

  package init(
    dockerfile: String? = nil, context: String? = nil, target: String? = nil,
    buildArguments: [Assignment] = [], tags: [ImageTag] = [], platform: Platform? = nil,
    secrets: [String: SecretSource] = [:]
  ) {
    self.dockerfile = dockerfile
    self.context = context
    self.target = target
    self.buildArguments = buildArguments
    self.tags = tags
    self.platform = platform
    self.secrets = secrets
  }
}
