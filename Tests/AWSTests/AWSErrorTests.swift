import Testing

@testable import AWS

@Suite struct AWSErrorTests {
  @Test(arguments: [
    (
      "An error occurred (AccessDeniedException) when calling the SendCommand operation: User: "
        + "arn:aws:iam::1:user/x is not authorized to perform: ssm:SendCommand on resource: y",
      "ssm:SendCommand"
    ),
    (
      "An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You "
        + "are not authorized to perform this operation.",
      "ssm:SendCommand"
    ),
  ])
  func denialsNameTheAction(text: String, action: String) {
    guard case .denied(let named, _) = AWSError(text, operation: ["ssm", "send-command"]) else {
      Issue.record("not a denial")
      return
    }
    #expect(named == action)
  }

  @Test(arguments: [
    "\nUnable to locate credentials. You can configure credentials by running \"aws configure\".",
    "An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: expired",
    "The config profile (nobody) could not be found",
  ])
  func missingCredentialsAreTold(text: String) {
    guard case .noCredentials = AWSError(text, operation: ["sts", "get-caller-identity"]) else {
      Issue.record("not about credentials")
      return
    }
  }

  @Test func whatItPrintsIsOneHarmlessLine() {
    let error = AWSError("\u{1b}[31mbad\u{1b}[0m\n", operation: ["s3", "cp"])
    #expect(error == .refused(operation: ["s3", "cp"], code: "", told: "[31mbad[0m"))
  }

  @Test func regions() {
    #expect(
      AWSError("You must specify a region. You can also…", operation: ["ec2"]) == .noRegion)
  }
}
