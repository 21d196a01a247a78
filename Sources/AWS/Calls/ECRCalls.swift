/// What is asked of Amazon ECR, in the region of the program's scope.
package struct ECRCalls: Sendable {
  /// The user that a password of ECR's is for.
  package static let user = "AWS"
  /// How long a password is good. Source: ECR API reference, "GetAuthorizationToken".
  package static let passwordLifetime = Duration.seconds(12 * 3600)

  private let aws: AWSProgram

  package init(_ aws: AWSProgram) { self.aws = aws }

  /// A password for every registry of the region that the caller may use.
  /// - Throws: ``AWSError``.
  package func password() throws(AWSError) -> String {
    let operation = ["ecr", "get-login-password"]
    let text = String(decoding: try aws.call(operation), as: UTF8.self)
      .filter { !$0.isWhitespace }
    guard !text.isEmpty else { throw .unreadableReply(operation: operation) }
    return text
  }

  /// How a repository is made; nil is ECR's own choice.
  package struct NewRepository: Sendable, Hashable {
    package let name: String
    package let scansOnPush: Bool?
    package let hasMutableTags: Bool?

    package init(name: String, scansOnPush: Bool?, hasMutableTags: Bool?) {
      self.name = name
      self.scansOnPush = scansOnPush
      self.hasMutableTags = hasMutableTags
    }
  }

  /// Makes a repository; that somebody else was faster is fine.
  /// - Parameter account: Whose registry; nil is the caller's.
  /// - Throws: ``AWSError``.
  package func create(
    _ repository: NewRepository, account: String? = nil
  ) throws(AWSError) {
    var options = ["--repository-name", repository.name]
    if let scans = repository.scansOnPush {
      options += ["--image-scanning-configuration", "scanOnPush=\(scans)"]
    }
    if let isMutable = repository.hasMutableTags {
      options += ["--image-tag-mutability", isMutable ? "MUTABLE" : "IMMUTABLE"]
    }
    if let account { options += ["--registry-id", account] }
    do throws(AWSError) {
      _ = try aws.call(["ecr", "create-repository"], options)
    } catch .refused(_, "RepositoryAlreadyExistsException", _) {
      return
    }
  }
}
