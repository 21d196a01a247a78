/// Who is asking, as AWS sees it.
package struct AWSIdentity: Sendable, Hashable, Codable {
  /// Twelve digits.
  package let account: String
  package let arn: String

  private enum CodingKeys: String, CodingKey {
    case account = "Account"
    case arn = "Arn"
  }

  /// - Throws: ``AWSError``.
  package static func current(_ aws: AWSProgram) throws(AWSError) -> AWSIdentity {
    try aws.call(["sts", "get-caller-identity"], as: AWSIdentity.self)
  }
}
