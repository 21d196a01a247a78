/// `[images.NAME.run]`.
package struct RunSettings: Sendable, Hashable {
  package let environment: [Located<Assignment>]
  package let volumes: [Located<Volume>]
  package let inputs: [Located<RunInput>]
  /// Relative to the project's root and inside it.
  package let outputs: [Located<String>]

  package static let none = RunSettings(image: "", ConfigurationValues())

  init(image: String, _ values: ConfigurationValues) {
    environment = values.assignments("images", image, "run", "env")
    volumes = (values.texts("images", image, "run", "volumes") ?? [])
      .compactMap { $0.map { Volume($0) } }
    inputs = values.inputs("images", image, "run", "inputs")
    outputs = values.texts("images", image, "run", "outputs") ?? []
  }

  /// The variables by name.
  package var variables: [String: String] { environment.byName }
}
