import Diagnostics

/// A value that has the type and form of its key.
enum ConfigurationValue {
  case text(Located<String>)
  case secret(Located<Secret>)
  case texts([Located<String>])
  case flag(Located<Bool>)
  case number(Located<Double>)
  case assignments([Located<Assignment>])
  case inputs([Located<RunInput>])
}

/// What a configuration says, by path of keys: all of it right by itself.
struct ConfigurationValues {
  private var values: [[String]: ConfigurationValue] = [:]
  private var chosenNames: [[String]: [Located<String>]] = [:]

  mutating func set(_ value: ConfigurationValue, at path: [String]) {
    values[path] = value
  }

  mutating func add(name: Located<String>, under path: [String]) {
    chosenNames[path, default: []].append(name)
  }

  /// Takes from `lower` what is not said here; no other registry to push to where one is.
  mutating func fill(from lower: ConfigurationValues) {
    var others = lower.values
    if values[["docker", "dockerhub_username"]] != nil {
      others[["docker", "ecr_registry"]] = nil
    }
    values.merge(others) { own, _ in own }
    for (path, names) in lower.chosenNames {
      let own = Set(self.names(under: path).map(\.value))
      chosenNames[path, default: []] += names.filter { !own.contains($0.value) }
    }
  }

  /// The names that the user chose in a table such as `images`, in the order of the text.
  func names(under path: String...) -> [Located<String>] { names(under: path) }

  private func names(under path: [String]) -> [Located<String>] { chosenNames[path] ?? [] }

  func text(_ path: String...) -> Located<String>? {
    if case .text(let text) = values[path] { text } else { nil }
  }

  func secret(_ path: String...) -> Located<Secret>? {
    if case .secret(let secret) = values[path] { secret } else { nil }
  }

  func texts(_ path: String...) -> [Located<String>]? {
    if case .texts(let texts) = values[path] { texts } else { nil }
  }

  func flag(_ path: String...) -> Located<Bool>? {
    if case .flag(let flag) = values[path] { flag } else { nil }
  }

  func number(_ path: String...) -> Located<Double>? {
    if case .number(let number) = values[path] { number } else { nil }
  }

  func assignments(_ path: String...) -> [Located<Assignment>] {
    if case .assignments(let assignments) = values[path] { assignments } else { [] }
  }

  func inputs(_ path: String...) -> [Located<RunInput>] {
    if case .inputs(let inputs) = values[path] { inputs } else { [] }
  }
}
