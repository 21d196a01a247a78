package import Diagnostics

/// What `.runctl.toml`, and below it the person's own configuration, say, as values. Knows nothing of what is on the disk beside it.
package struct Configuration: Sendable, Hashable {
  package static let fileName = ".runctl.toml"
  /// A larger file is refused: this one is written by hand.
  package static let maxByteCount: Int64 = 1 << 20

  /// After this time a base image's tag is asked for again.
  package let baseMaxAge: Located<Duration>?
  /// `[project] name`: the image's name when there is no `[images.NAME]`.
  package let projectName: Located<String>?
  package let aws: AWSSettings
  package let docker: DockerSettings
  /// In the order of the text.
  package let images: [ImageSettings]
  /// In the order of the text.
  package let registries: [RegistrySettings]

  package let store: StoreSettings
  package let checkpoint: CheckpointSettings
  package let monitoring: MonitoringSettings
  package let local: LocalSettings

  /// A project without a configuration file.
  package static let empty = Configuration(ConfigurationValues())

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - project: The project's; nil when it has none.
  ///   - user: The person's own, which counts key by key where the project's says nothing, and
  ///     describes neither the project nor its images.
  /// - Returns: What could be understood, and everything that is wrong with it or has no effect;
  ///   with an error among it, the configuration must not be used. No message shows a secret.
  package static func parse(
    _ project: SourceFile?, below user: SourceFile? = nil
  ) -> (Configuration, [Diagnostic]) {
    var (values, diagnostics) = project.map { read($0, as: .root) } ?? (.init(), [])
    if let user {
      let own = read(user, as: .user)
      values.fill(from: own.values)
      diagnostics += own.diagnostics
    }
    return (Configuration(values), diagnostics)
  }

  private static func read(
    _ file: SourceFile, as schema: SchemaNode
  ) -> (values: ConfigurationValues, diagnostics: [Diagnostic]) {
    let shown = MaskedSource.masking(file)
    do throws(Diagnostic) {
      let reader = ConfigurationReader.read(try TOMLReader.read(file.bytes, as: shown), as: schema)
      return (reader.values, reader.diagnostics)
    } catch {
      return (.init(), [error])
    }
  }

  private init(_ values: ConfigurationValues) {
    baseMaxAge = values.text("base_max_age")?.map { TimeSpan.duration($0) }
    projectName = values.text("project", "name")
    aws = AWSSettings(values)
    docker = DockerSettings(values)
    store = StoreSettings(values)
    checkpoint = CheckpointSettings(values)
    monitoring = MonitoringSettings(values)
    local = LocalSettings(values)
    images = values.names(under: "images").map { ImageSettings(name: $0, values) }
    registries = values.names(under: "registry").map { RegistrySettings(host: $0, values) }
  }

  /// Folders that runs write to beside their outputs: relative to the project's root, or absolute.
  package var runFolders: [Located<String>] {
    [monitoring.logDirectory, checkpoint.directory, local.checkpointDirectory].compactMap(\.self)
  }

  package func image(_ name: String) -> ImageSettings? {
    images.first { $0.name.value == name }
  }
}
