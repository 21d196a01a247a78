/// The commented `.runctl.toml` that `runctl init` writes.
///
/// A line with `# ` explains, one with `#` alone holds a setting that only has to be uncommented.
package struct ConfigurationTemplate: Sendable {
  /// Of the image that the file describes.
  package let imageName: String
  package let dockerfile: DockerfileDetection
  /// Relative to the project's root.
  package let requirements: [String]

  package init(imageName: String, dockerfile: DockerfileDetection, requirements: [String]) {
    self.imageName = imageName
    self.dockerfile = dockerfile
    self.requirements = requirements
  }

  /// A TOML text that says no more than what was found, every other key as a comment.
  package var text: String {
    var lines = [
      "# What runctl knows about this project. Every key may be left out; those behind a # are",
      "# examples. An unknown key is an error.", "",
    ]
    var table: [String] = []
    for key in ConfigurationSchema.keys {
      if key.table != table { lines += header(of: key.table) }
      table = key.table
      lines += setting(key)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Only the image's own table is really there: an empty one of the others says nothing.
  private func header(of table: [String]) -> [String] {
    let names = table.enumerated().map { index, part in
      part == "*" ? chosenName(in: table[index - 1]) : part
    }
    let line = "[\(names.joined(separator: "."))]"
    guard table == ["images", "*"] else { return ["", "#" + line] }
    return ["", "# One table an image; its name is what 'runctl build NAME' takes.", line]
  }

  private func chosenName(in table: String) -> String {
    switch table {
    case "images": Self.quotedIfNeeded(imageName)
    case "registry": #""docker.io""#
    default: "pip"
    }
  }

  private func setting(_ key: ConfigurationKey) -> [String] {
    var lines = ["# \(key.summary)\(effect(of: key))"]
    if case .anything = key.type { return lines }
    let example = "#\(key.name) = \(key.sample)"
    switch key.path {
    case ["images", "*", "dockerfile"]:
      lines.append("# Found: \(dockerfile.reason).")
      lines.append(dockerfile.found.map { "dockerfile = \"\($0)\"" } ?? example)
    case ["images", "*", "requirements"] where !requirements.isEmpty:
      let names = requirements.map { Printable.text($0) }.joined(separator: ", ")
      lines += ["# Found without being named: \(names).", example]
    default: lines.append(example)
    }
    return lines
  }

  private func effect(of key: ConfigurationKey) -> String {
    switch key.effect {
    case .used: ""
    case .noEffect(let reason): " Has no effect: \(reason)."
    case .noEffectYet(nil): " Has no effect yet."
    case .noEffectYet(let value?): " Only '\(value)' has an effect yet."
    }
  }

  /// Names with a dot are no bare keys.
  private static func quotedIfNeeded(_ name: String) -> String {
    name.contains(".") ? "\"\(name)\"" : name
  }
}
