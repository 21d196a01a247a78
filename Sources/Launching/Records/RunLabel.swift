package import OCI
package import State

/// What a run is called in the project's records.
package struct RunLabel: Sendable, Hashable, Codable {
  /// The image's name in the project; empty without one.
  package let image: String
  /// The script as it was given, or the command's first word.
  package let script: String
  /// As they were given. What looks secret is recorded as `<secret>`.
  package let arguments: [String]
  package let imageDigest: Digest?
  package let machine: RunMachine
  /// See ``RunRecord/facts``.
  package let facts: [Input]

  package init(
    image: String, script: String, arguments: [String], imageDigest: Digest?,
    machine: RunMachine = .sandbox, facts: [Input] = []
  ) {
    self.image = image
    self.script = script
    self.arguments = arguments
    self.imageDigest = imageDigest
    self.machine = machine
    self.facts = facts
  }
}
