/// `[images.NAME.run]`.
package struct RunSettings: Sendable, Hashable {
  package private(set) var environment: [Located<Assignment>]
  package let volumes: [Located<Volume>]
  package let inputs: [Located<RunInput>]
  /// Relative to the project's root and inside it.
  package let outputs: [Located<String>]

  /// `auto`, `all`, `none`, or how many.
  package let gpus: Located<String>?
  /// Of `/dev/shm`; above 0.
  package let sharedMemory: Located<ByteCount>?
  /// Above 0.
  package let memory: Located<ByteCount>?
  /// Processors, also in parts; above 0.
  package let cpus: Located<Double>?
  /// Above 0.
  package let timeout: Located<Duration>?

  package static let none = RunSettings(image: "", ConfigurationValues())

  init(image: String, _ values: ConfigurationValues) {
    environment = values.assignments("images", image, "run", "env")
    volumes = (values.texts("images", image, "run", "volumes") ?? [])
      .compactMap { $0.map { Volume($0) } }
    inputs = values.inputs("images", image, "run", "inputs")
    outputs = values.texts("images", image, "run", "outputs") ?? []
    gpus = values.text("images", image, "run", "gpus")
    sharedMemory = values.text("images", image, "run", "shm")?.map { ByteCount($0) }
    memory = values.text("images", image, "run", "memory")?.map { ByteCount($0) }
    cpus = values.number("images", image, "run", "cpus")
    timeout = values.text("images", image, "run", "timeout")?.map { TimeSpan.duration($0) }
  }

  /// All but the environment: for who knows it from elsewhere.
  package var withoutEnvironment: RunSettings {
    var settings = self
    settings.environment = []
    return settings
  }

  /// The variables by name.
  package var variables: [String: String] { environment.byName }
}
