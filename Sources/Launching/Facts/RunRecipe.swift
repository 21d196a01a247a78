package import Diagnostics
package import Project
package import State

/// What a recorded run can be made of again.
package struct RunRecipe: Sendable {
  /// What was started, the program first; nil where only the script is known, as without a container.
  package let command: [String]?
  /// Of the script.
  package let arguments: [String]
  package let environment: [Assignment]
  package let resources: RunResources
  /// The variables that were not kept, with the hash of what they were.
  package let secrets: [Input]

  /// - Parameters:
  ///   - given: Variables that the command line says: they stand for what was not kept, or replace it.
  ///   - own: The caller's environment, for what was not kept.
  ///   - values: For the arguments that were not kept, in their order.
  /// - Throws: ``ReplayError`` when something is missing.
  package init(
    of run: RunRecord, given: [Assignment], own: [String: String], values: [String]
  ) throws(ReplayError) {
    var said = Dictionary(given.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    var (environment, missing, secrets): ([Assignment], [String], [Input]) = ([], [], [])
    for fact in run.facts where fact.name.hasPrefix(RunFacts.environment) {
      let name = String(fact.name.dropFirst(RunFacts.environment.count))
      let isSecret = Input.isHidden(fact.value)
      if isSecret { secrets.append(fact) }
      guard let value = said.removeValue(forKey: name) ?? (isSecret ? own[name] : fact.shown) else {
        missing.append(name)
        continue
      }
      environment.append(Assignment(name: name, value: value))
    }
    guard missing.isEmpty else { throw .variablesMissing(missing) }
    self.secrets = secrets
    self.environment =
      environment + given.filter { said[$0.name] != nil }.sorted { $0.name < $1.name }
    let words = run.facts.first { $0.name == RunFacts.command }
      .flatMap { ShellWords.words(of: $0.value) }
    arguments = try Self.filled(run.arguments, values)
    command = try words.map { words throws(ReplayError) in try Self.filled(words, values) }
    resources = Self.resources(run.facts)
  }

  private static func filled(
    _ words: [String], _ values: [String]
  ) throws(ReplayError) -> [String] {
    var rest = values[...]
    let holes = words.count { $0.hasSuffix(RunFacts.maskedArgument) }
    guard holes == values.count else {
      throw .argumentsMissing(count: holes, given: values.count)
    }
    return words.map { word in
      guard word.hasSuffix(RunFacts.maskedArgument), let value = rest.popFirst() else {
        return word
      }
      return word.dropLast(RunFacts.maskedArgument.count) + value
    }
  }

  private static func resources(_ facts: [Input]) -> RunResources {
    func value(_ name: String) -> String? { facts.first { $0.name == name }?.value }
    var resources = RunResources()
    resources.gpus = value("gpus").flatMap { RunResources.GPUs($0) } ?? .auto
    resources.sharedMemory = value("shm").flatMap { Int64($0) }
    resources.memory = value("memory").flatMap { Int64($0) }
    resources.cpus = value("cpus").flatMap { Double($0) }
    resources.timeout = value("timeout").flatMap { TimeSpan.duration($0) }
    return resources
  }
}

extension Input {
  fileprivate var shown: String? { Input.shown(value) }
}

/// Why a run cannot be made once more.
package enum ReplayError: ReportableError, Equatable {
  case variablesMissing([String])
  case argumentsMissing(count: Int, given: Int)
  /// - commit: That was checked out, if it is known.
  case imageGone(digest: String, commit: String?)
  /// An older runctl kept too little of it.
  case notKept(id: String)

  package var diagnostic: Diagnostic {
    switch self {
    case .variablesMissing(let names):
      Diagnostic(
        id: "replay-secrets",
        "the values of \(names.joined(separator: ", ")) were secret, and are not kept",
        help: "give them again: " + names.map { "-e \($0)=…" }.joined(separator: " ")
          + ", or set them in the environment")
    case .argumentsMissing(let count, let given):
      Diagnostic(
        id: "replay-arguments",
        "\(count) of its arguments were secret, and are not kept; \(given) were given",
        help: count == 0
          ? "leave out what stands behind --" : "give them again behind --, in their order")
    case .imageGone(let digest, let commit):
      Diagnostic(
        id: "replay-image", "its image \(digest) is no more in the store",
        help: "pull it by that digest from where it was pushed to, or build it again"
          + (commit.map { " (git checkout \($0) && runctl build)" } ?? ""))
    case .notKept(let id):
      Diagnostic(
        id: "replay-unknown", "an older runctl kept too little of the run \(id)",
        help: "start it anew (runctl train)")
    }
  }
}
