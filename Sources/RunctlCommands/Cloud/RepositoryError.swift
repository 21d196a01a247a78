import Diagnostics

/// Why ECR does not take an image.
enum RepositoryError: ReportableError, Equatable {
  case missing(registry: String, repository: String)
  /// `subject` is the repository or reference; `told` what the registry said, perhaps nothing.
  case denied(registry: String, subject: String, told: String)

  /// What a push does there. Source: ECR user guide, "IAM permissions for pushing an image".
  private static let pushActions = [
    "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage",
  ]

  /// The action that the registry names.
  private static func action(_ told: String) -> String? {
    told.firstMatch(of: /perform: (ecr:[A-Za-z]+)/).map { String($0.1) }
  }

  var diagnostic: Diagnostic {
    switch self {
    case .missing(let registry, let repository):
      Diagnostic(
        id: "no-repository", "'\(registry)' has no repository '\(repository)'",
        help: "leave out --no-create-repository, or: aws ecr create-repository --repository-name "
          + repository)
    case .denied(let registry, let subject, let told):
      Diagnostic(
        id: "ecr-denied",
        "'\(registry)' does not allow "
          + (Self.action(told).map { "\($0) on '\(subject)'" } ?? "a push to '\(subject)'")
          + (told.isEmpty ? "" : ": \(told)"),
        help: "add \(Self.action(told) ?? Self.pushActions.joined(separator: ", ")) to the policy "
          + "of who is asking (docs/aws.md has it whole)")
    }
  }
}
