package import Diagnostics

/// What `.runctl.toml` says, as values. Knows nothing of what is on the disk beside it.
package struct Configuration: Sendable, Hashable {
  package static let fileName = ".runctl.toml"
  /// A larger file is refused: this one is written by hand.
  package static let maxByteCount: Int64 = 1 << 20

  /// `[project] name`: the image's name when there is no `[images.NAME]`.
  package let projectName: Located<String>?
  package let aws: AWSSettings
  package let docker: DockerSettings
  /// In the order of the text.
  package let images: [ImageSettings]
  /// In the order of the text.
  package let registries: [RegistrySettings]

  package let store: StoreSettings

  /// A project without a configuration file.
  package static let empty = Configuration(ConfigurationValues())

  /// Reads a configuration.
  ///
  /// - Returns: What could be understood, and everything that is wrong with it or has no effect;
  ///   with an error among it, the configuration must not be used. No message shows a secret.
  package static func parse(_ file: SourceFile) -> (Configuration, [Diagnostic]) {
    let shown = MaskedSource.masking(file)
    do throws(Diagnostic) {
      let reader = ConfigurationReader.read(try TOMLReader.read(file.bytes, as: shown))
      return (Configuration(reader.values), reader.diagnostics)
    } catch {
      return (.empty, [error])
    }
  }

  private init(_ values: ConfigurationValues) {
    projectName = values.text("project", "name")
    aws = AWSSettings(values)
    docker = DockerSettings(values)
    store = StoreSettings(values)
    images = values.names(under: "images").map { ImageSettings(name: $0, values) }
    registries = values.names(under: "registry").map { RegistrySettings(host: $0, values) }
  }

  package func image(_ name: String) -> ImageSettings? {
    images.first { $0.name.value == name }
  }
}
