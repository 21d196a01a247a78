/// A key that `.runctl.toml` may have: everything that is known about it.
struct ConfigurationKey: Sendable {
  enum Effect: Sendable {
    case used
    /// Understood and checked, but nothing acts on it yet, unless it says what happens anyway.
    case noEffectYet(unless: String? = nil)
    /// Understood and checked; it is about what runctl does not do.
    case noEffect(because: String)
  }

  /// Of the warning about a key of ``Effect/noEffect(because:)``, which is told once a project.
  static let noEffectID = "no-effect"

  /// `*` stands for a name of the user's choice.
  let path: [String]
  let type: ValueType
  let effect: Effect
  /// What it is for, as a sentence.
  let summary: String
  /// A value as it would be written, for the template.
  let sample: String

  init(
    _ path: String, _ type: ValueType, _ effect: Effect, _ summary: String,
    sample: String
  ) {
    self.path = path.split(separator: ".").map(String.init)
    self.type = type
    self.effect = effect
    self.summary = summary
    self.sample = sample
  }

  var name: String { path.last ?? "" }

  /// The table that it stands in; the key itself when it is one whose keys are not known.
  var table: [String] {
    if case .anything = type { path } else { Array(path.dropLast()) }
  }
}
