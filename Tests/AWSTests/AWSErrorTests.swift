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

  /// Texts of aws-cli 1.45 with botocore 1.43.
  @Test(arguments: [
    "\nUnable to locate credentials. You can configure credentials by running \"aws configure\".",
    "An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: expired",
    "The config profile (nobody) could not be found",
    "Error when retrieving token from sso: Token has expired and refresh failed",
    "Error loading SSO Token: Token for https://x.awsapps.com/start does not exist",
    "The specified sso-session does not exist: \"none\"",
    "The SSO session associated with this profile has expired or is otherwise invalid. To refresh "
      + "this SSO session run aws sso login with the corresponding profile.",
    "An unspecified error happened when resolving AWS credentials or an access token from SSO.",
    "Error when retrieving credentials from custom-process: not today",
    "Partial credentials found in config-file, missing: aws_secret_access_key",
    "The source_profile \"nobody\" referenced in the profile \"src\" does not exist.",
    "The profile \"x\" is configured to use SSO but is missing required configuration: sso_region",
    "Cannot refresh credentials: MFA token required.",
    "Your session has expired or credentials have changed. Please reauthenticate using 'aws login'.",
    "Error loading login session token: no such file",
    "Warning: Password input may be echoed.\nEnter MFA code for arn:aws:iam::1:mfa/me: \n\n",
  ])
  func missingCredentialsAreTold(text: String) {
    let error = AWSError(text, operation: ["sts", "get-caller-identity"])
    guard case .noCredentials = error else {
      Issue.record("not about credentials: \(error)")
      return
    }
    #expect(error.isPassing == text.contains("custom-process"))
    #expect(!error.isFault)
  }

  @Test func aWrapperThatPassesNothingOnIsUnusable() {
    let text =
      "Error parsing parameter 'cli-input-json': Unable to load paramfile file:///dev/fd/3: x"
    guard case .programUnusable = AWSError(text, operation: ["ssm", "send-command"]) else {
      Issue.record("not told")
      return
    }
  }

  @Test(arguments: [
    "Could not connect to the endpoint URL: \"https://ssm.eu-west-1.amazonaws.com/\"",
    "Connect timeout on endpoint URL: \"https://oidc.eu-west-1.amazonaws.com/token\"",
    "Read timeout on endpoint URL: \"https://ssm.eu-west-1.amazonaws.com/\"",
    "Connection was closed before we received a valid response from endpoint URL: \"https://x\".",
    "An error occurred (ThrottlingException) when calling the SendCommand operation: Rate exceeded",
  ])
  func whatTheNetworkDidPasses(text: String) {
    #expect(AWSError(text, operation: ["ssm", "send-command"]).isPassing)
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
