/// A program of the machine that the runtime calls while it makes the container, such as one that
/// makes a driver's libraries known in it.
///
/// Source: OCI runtime-spec v1.0.2, `config.md`, "POSIX-platform Hooks".
package struct SandboxHook: Codable, Sendable, Equatable {
  package enum Stage: String, Codable, Sendable, CaseIterable {
    case prestart
    case createRuntime
    case createContainer
    case startContainer
    case poststart
    case poststop
  }

  let stage: Stage
  let path: String
  let arguments: [String]
  let environment: [String]

  package init(_ stage: Stage, path: String, arguments: [String], environment: [String]) {
    (self.stage, self.path) = (stage, path)
    (self.arguments, self.environment) = (arguments, environment)
  }

  var json: JSONText {
    ["path": .string(path), "args": .strings(arguments), "env": .strings(environment)]
  }
}
