/// The agent on an instance by which Systems Manager runs commands there.
package struct SSMAgent: Sendable, Hashable, Decodable {
  package let instance: String
  /// `Online`, `ConnectionLost`, `Inactive`.
  package let status: String

  package var isOnline: Bool { status == "Online" }

  private enum CodingKeys: String, CodingKey {
    case instance = "InstanceId"
    case status = "PingStatus"
  }

  private struct Reply: Decodable {
    let agents: [SSMAgent]

    enum CodingKeys: String, CodingKey {
      case agents = "InstanceInformationList"
    }
  }

  /// Those that Systems Manager knows: an instance whose agent never spoke to it has none.
  /// - Throws: ``AWSError``.
  package static func all(_ aws: AWSProgram) throws(AWSError) -> [SSMAgent] {
    try aws.call(["ssm", "describe-instance-information"], as: Reply.self).agents
  }

  /// That of one instance; nil when Systems Manager knows none.
  /// - Throws: ``AWSError``.
  package static func of(
    _ instance: String, _ aws: AWSProgram
  ) throws(AWSError) -> SSMAgent? {
    try aws.call(
      ["ssm", "describe-instance-information"],
      ["--filters", "Key=InstanceIds,Values=\(instance)"], as: Reply.self
    ).agents.first { $0.instance == instance }
  }
}
