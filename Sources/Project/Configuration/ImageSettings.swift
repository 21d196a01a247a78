package import OCI

/// `[images.NAME]`.
package struct ImageSettings: Sendable, Hashable {
  package let name: Located<String>
  /// Relative to the project's root and inside it.
  package let dockerfile: Located<String>?
  /// Absolute, or relative to the project's root.
  package let context: Located<String>?
  package let target: Located<String>?
  package let buildArguments: [Located<Assignment>]
  package let tags: [Located<ImageTag>]
  package let push: [Located<PushDestination>]
  package let platform: Located<Platform>?
  /// Relative to the context and inside it.
  package let requirements: [Located<String>]
  /// By id; paths relative to the project's root, or absolute.
  package let secrets: [String: ImageSecret]
  package let run: RunSettings
  package let normalizesModes: Bool

  init(name: Located<String>, _ values: ConfigurationValues) {
    let image = name.value
    self.name = name
    dockerfile = values.text("images", image, "dockerfile")
    context = values.text("images", image, "context")
    target = values.text("images", image, "target")
    buildArguments = values.assignments("images", image, "build_args")
    tags = (values.texts("images", image, "tags") ?? []).compactMap { $0.map { ImageTag($0) } }
    push = (values.texts("images", image, "push") ?? [])
      .compactMap { $0.map { PushDestination($0) } }
    platform = values.text("images", image, "platform")?.map { Platform($0) }
    requirements = values.texts("images", image, "requirements") ?? []
    secrets = Self.secrets(of: image, values)
    run = RunSettings(image: image, values)
    normalizesModes = values.flag("images", image, "normalize_modes")?.value ?? false
  }

  private static func secrets(
    of image: String, _ values: ConfigurationValues
  ) -> [String: ImageSecret] {
    var secrets: [String: ImageSecret] = [:]
    for id in values.names(under: "images", image, "secrets").map(\.value) {
      let file = values.text("images", image, "secrets", id, "src")
        .map { SecretSource.file($0.value) }
      let variable = values.text("images", image, "secrets", id, "env")
        .map { SecretSource.environment($0.value) }
      secrets[id] = ImageSecret(
        source: variable ?? file,
        rebuilds: values.flag("images", image, "secrets", id, "rebuild")?.value ?? false)
    }
    return secrets
  }
}
