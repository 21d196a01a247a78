package import Diagnostics
package import Processes

/// Why a call to AWS brought nothing.
package enum AWSError: ReportableError, Equatable {
  /// The program is missing or cannot be started.
  case programUnusable(reason: String)
  case interrupted(Interruption.Signal)
  /// Neither the environment nor a profile has credentials, or they have expired.
  case noCredentials(told: String)
  /// No place says which region.
  case noRegion
  /// The credentials do not allow this. `action` is as in an IAM policy: `ssm:SendCommand`.
  case denied(action: String, told: String)
  /// Any other refusal. `code` is the service's: `InvalidInstanceId`; empty when it said none.
  case refused(operation: [String], code: String, told: String)
  case unreadableReply(operation: [String])

  /// Reads what the program prints on failure:
  /// `An error occurred (CODE) when calling the OPERATION operation: TEXT`.
  init(_ text: String, operation: [String]) {
    let told = Self.printable(text)
    let code = text.firstMatch(of: /An error occurred \(([A-Za-z0-9.]+)\)/).map { String($0.1) }
    switch code {
    case nil where Self.wordsOfCredentials.contains(where: text.contains):
      self = .noCredentials(told: told)
    case nil where text.contains("must specify a region"): self = .noRegion
    // It is a wrapper that does not pass on what it is given.
    case nil where text.contains("Unable to load paramfile"):
      self = .programUnusable(reason: told)
    case "ExpiredToken"?, "ExpiredTokenException"?, "InvalidClientTokenId"?,
      "UnrecognizedClientException"?, "RequestExpired"?, "SignatureDoesNotMatch"?, "AuthFailure"?:
      self = .noCredentials(told: told)
    case let code? where Self.denials.contains(code):
      self = .denied(action: Self.action(text, operation), told: told)
    default: self = .refused(operation: operation, code: code ?? "", told: told)
    }
  }

  /// What the program says when it finds no credentials before it calls a service: there is no code
  /// then, and nothing was sent.
  ///
  /// Source: botocore 1.43, `exceptions.py` and `credentials.py`; for the code of a device,
  /// `AssumeRoleCredentialFetcher`.
  private static let wordsOfCredentials = [
    "Unable to locate credentials", "Unable to locate authorization token",
    "Error when retrieving token from", "Error when retrieving credentials from",
    "Partial credentials found in", "Cannot refresh credentials", "Enter MFA code for",
    "Infinite loop in credential configuration", "resolving AWS credentials",
    "Error loading SSO Token", "SSO session", "sso-session",
    "Your session has expired", "refresh login credentials", "Error loading login session token",
    "login authorization code", "config profile", "profile \"",
  ]

  private static let denials: Set<String> = [
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403",
  ]

  /// What the service names; else what the operation is called.
  private static func action(_ text: String, _ operation: [String]) -> String {
    if let named = text.firstMatch(of: /perform: ([a-z0-9-]+:[A-Za-z]+)/) {
      return String(named.1)
    }
    let words = (operation.last ?? "").split(separator: "-").map {
      $0.prefix(1).uppercased() + $0.dropFirst()
    }
    return (operation.first ?? "") + ":" + words.joined()
  }

  private static func printable(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.isEmpty }
    let line = lines.last.map(String.init) ?? "it said nothing"
    return String(
      line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.map(Character.init).prefix(
        400))
  }

  package var diagnostic: Diagnostic {
    switch self {
    case .programUnusable(let reason):
      Diagnostic(
        id: "no-aws-program", "the 'aws' program cannot be used: \(reason)",
        help: "install it: apt-get install awscli, or pip install awscli")
    case .interrupted: Diagnostic(id: "interrupted", "interrupted")
    case .noCredentials(let told):
      Diagnostic(
        id: "no-aws-credentials", "AWS does not know who is asking: \(told)",
        help: "log in (aws configure, aws sso login), or name a profile (--profile, AWS_PROFILE); "
          + "for one that asks for a code, run 'aws sts get-caller-identity' first")
    case .noRegion:
      Diagnostic(
        id: "no-aws-region", "no place says which AWS region",
        help: "--region REGION, AWS_REGION, or region in [aws] of .runctl.toml")
    case .denied(let action, let told):
      Diagnostic(
        id: "aws-denied", "AWS does not allow \(action): \(told)",
        help: "add \(action) to the policy of who is asking (docs/aws.md has it whole)")
    case .refused(let operation, _, let told):
      Diagnostic(id: "aws-refused", "aws \(operation.joined(separator: " ")): \(told)")
    case .unreadableReply(let operation):
      Diagnostic(
        id: "aws-reply", "aws \(operation.joined(separator: " ")) printed what is no reply",
        help: "is 'aws' the AWS command line? see: aws --version")
    }
  }
}
