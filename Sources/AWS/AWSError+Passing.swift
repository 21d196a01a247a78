extension AWSError {
  /// Whether the same call may bring something later: the network or the service is at fault, or an
  /// instance is away for a while, as when it restarts.
  ///
  /// Source: "Common Errors" and "SendCommand" in the references of SSM and S3.
  package var isPassing: Bool {
    switch self {
    case .refused(_, let code, _): isFault || Self.passing.contains(code)
    case .noCredentials(let told): Self.sources.contains { told.contains("from \($0):") }
    default: false
    }
  }

  /// Whether what was asked for may have been done all the same.
  package var isFault: Bool {
    guard case .refused(_, let code, _) = self else { return false }
    // No service said one without a code: the network did.
    return code.isEmpty || Self.faults.contains(code)
  }

  /// Whether what was asked for may have been done, or may yet be, when a call ended like this.
  package var mayBeDone: Bool {
    if case .interrupted = self { true } else { isFault }
  }

  /// What gives out credentials by asking somewhere, and may be heard of again in a moment.
  ///
  /// Source: botocore 1.43, `credentials.py`.
  private static let sources = ["custom-process", "container-role", "iam-role"]

  private static let faults: Set<String> = [
    "InternalError", "InternalFailure", "InternalServerError", "InternalServiceError",
    "ServiceUnavailable", "ServiceUnavailableException", "RequestTimeout", "500", "502", "503",
    "504",
  ]

  private static let passing: Set<String> = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
    "RequestLimitExceeded", "TooManyRequestsException", "SlowDown", "429", "InvalidInstanceId",
  ]
}
