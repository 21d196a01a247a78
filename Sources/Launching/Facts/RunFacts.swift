import Diagnostics
import Glibc
package import Project
package import State

/// What a run is bound to, beside what its label says. A value: whoever starts a run fills it in, and
/// ``list(keyed:)`` is what is recorded.
///
/// Knows no place: a run here and one on an instance have the same names.
package struct RunFacts: Sendable {
  /// What is really started, the program first; empty where the label says it all.
  package var command: [String] = []
  /// What the project and the command line say of the environment, in order of name.
  package var environment: [Assignment] = []
  /// ``RunInputs/inputs``, of which the declared inputs and the volumes are taken.
  package var inputs: [Input] = []
  package var resources = RunResources()
  package var changes: WorkingChanges?
  /// Facts that only one place has: `account`, `data`, `output PATH`, `resumed`.
  package var others: [Input] = []

  package init() {}

  /// - Parameter keyed: A hash with a key, for values that must not be recorded.
  package func list(keyed: (String) throws -> String) rethrows -> [Input] {
    var facts = changes?.facts ?? []
    if !command.isEmpty {
      let words = SecretArguments.masked(command) { _ in Self.maskedArgument }
      facts.append(Input(Self.command, ShellWords.line(words)))
    }
    facts += try environment.map { variable in
      let name = Self.environment + variable.name
      return variable.isSecret
        ? .hidden(name, hash: try keyed(variable.value)) : .open(name, variable.value)
    }
    facts += inputs.filter { input in
      ["input ", "volume "].contains { input.name.hasPrefix($0) }
    }
    return facts + limits + others + Self.caller
  }

  /// Stands for an argument that is not kept.
  package static let maskedArgument = "<secret>"
  package static let command = "command"
  /// The run that this one is a replay of.
  package static let replayed = "replayed"
  /// Of a run whose program succeeded, and whose outputs are not all in their places.
  package static let outputsMissing = Input("outputs", "not all brought back")
  package static let environment = "env "
  /// Whose the instance is.
  package static let account = "account"

  private var limits: [Input] {
    var facts: [Input] = []
    switch resources.gpus {
    case .auto: break
    case .all: facts.append(Input("gpus", "all"))
    case .none: facts.append(Input("gpus", "none"))
    case .count(let count): facts.append(Input("gpus", "\(count)"))
    }
    if let bytes = resources.sharedMemory { facts.append(Input("shm", "\(bytes)")) }
    if let bytes = resources.memory { facts.append(Input("memory", "\(bytes)")) }
    if let cpus = resources.cpus { facts.append(Input("cpus", "\(cpus)")) }
    if let timeout = resources.timeout {
      facts.append(Input("timeout", "\(timeout.components.seconds)s"))
    }
    return facts
  }

  /// Who started it, and from where.
  private static var caller: [Input] {
    var name: String?
    for variable in ["USER", "LOGNAME"] where name == nil {
      name = getenv(variable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    var host = [CChar](repeating: 0, count: 256)
    let hasHost = gethostname(&host, host.count - 1) == 0
    let hostName = String(
      decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return [Input("user", name ?? "uid \(geteuid())")] + (hasHost ? [Input("host", hostName)] : [])
  }
}
