import FileSystem
import Foundation
import Testing

/// The policies of `docs/aws.md` can be copied as they stand, and have what the program names.
@Suite struct PolicyTests {
  private struct Policy: Decodable {
    struct Statement: Decodable {
      let Sid: String
      let Effect: String
      let Action: Words
      let Resource: Words
    }

    let version: String
    let statements: [Statement]

    var actions: Set<String> { Set(statements.flatMap { $0.Action.all }) }

    private enum CodingKeys: String, CodingKey {
      case version = "Version"
      case statements = "Statement"
    }
  }

  /// A string, or a list of them.
  private struct Words: Decodable {
    let all: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      all = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
    }
  }

  private func policy(_ name: String) throws -> Policy {
    let text = String(
      decoding: try FileTree.read("\(Machine.package)/docs/aws.md"), as: UTF8.self)
    let start = try #require(text.firstRange(of: "<!-- policy: \(name) -->\n```json\n"))
    let rest = text[start.upperBound...]
    let end = try #require(rest.firstRange(of: "```"))
    return try JSONDecoder().decode(
      Policy.self, from: Data(rest[..<end.lowerBound].utf8))
  }

  @Test(arguments: ["user", "instance"])
  func theyAreValid(name: String) throws {
    let policy = try policy(name)
    #expect(policy.version == "2012-10-17")
    #expect(Set(policy.statements.map(\.Sid)).count == policy.statements.count)
    for statement in policy.statements {
      #expect(statement.Effect == "Allow")
      #expect(statement.Action.all.allSatisfy { $0.wholeMatch(of: /[a-z0-9]+:[A-Za-z]+/) != nil })
      #expect(
        statement.Resource.all.allSatisfy { $0 == "*" || $0.hasPrefix("arn:aws:") })
    }
  }

  /// Everything that the sources call, by the names that IAM has for it.
  @Test func theyHaveWhatTheProgramCalls() throws {
    let user = try policy("user").actions
    for action in [
      "sts:GetCallerIdentity", "ec2:DescribeInstances", "ec2:DescribeInstanceTypes",
      "ssm:DescribeInstanceInformation", "ssm:SendCommand", "ssm:GetCommandInvocation",
      "ssm:CancelCommand", "ssm:PutParameter", "ssm:DeleteParameters", "ecr:GetAuthorizationToken",
      "ecr:CreateRepository", "ecr:PutImage", "ecr:InitiateLayerUpload", "s3:PutObject",
    ] {
      #expect(user.contains(action), "\(action)")
    }
    let role = try policy("instance").actions
    for action in [
      "ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
      "ssm:GetParameter", "s3:GetObject", "s3:PutObject",
    ] {
      #expect(role.contains(action), "\(action)")
    }
    #expect(!role.contains("ecr:PutImage") && !role.contains("ssm:SendCommand"), "the least")
  }
}
