import Diagnostics
import OCI
import Registry

/// What is known of a registry after it was asked.
struct RegistryDiagnosis: Encodable {
  struct Problem: Encodable {
    let id: String
    let message: String
    let help: String?

    init(_ error: any ReportableError) {
      let diagnostic = error.diagnostic
      (id, message, help) = (diagnostic.id, diagnostic.message, diagnostic.help)
    }
  }

  /// A place of credentials, and what it said.
  struct Place: Encodable {
    enum Answer: String, Encodable {
      case found
      case none
      case failed
    }

    let name: String
    let answer: Answer
    /// Whose, or why not; never the secret.
    let detail: String?

    init(_ answer: CredentialAnswer) {
      name = answer.place
      (self.answer, detail) =
        switch answer.outcome {
        case .found(let credentials): (.found, credentials.description)
        case .none: (.none, nil)
        case .failed(let error): (.failed, error.diagnostic.message)
        }
    }
  }

  enum Verdict: String, Encodable {
    case accepted
    case refused
    /// No place has any.
    case missing
    /// The registry asks for none.
    case unneeded
    case unknown
  }

  struct RightResult: Encodable {
    let action: String
    let repository: String
    let isAllowed: Bool
    let problem: Problem?
    private let error: (any ReportableError)?

    init(
      _ right: RegistryClient.Right, of repository: ImageReference, _ error: (any ReportableError)?
    ) {
      action = "\(right)"
      self.repository = repository.name
      isAllowed = error == nil
      problem = error.map { Problem($0) }
      self.error = error
    }

    private enum CodingKeys: String, CodingKey {
      case action, repository, isAllowed, problem
    }

    /// A repository that is not there yet comes with the first push.
    var failure: (any ReportableError)? {
      if action == "pull", (error as? RegistryError)?.isNotFound == true { nil } else { error }
    }
  }

  let registry: String
  let address: String
  let isReachable: Bool
  /// `basic`, `bearer`, `none`.
  let authentication: String
  /// Who gives out tokens.
  let tokenService: String?
  let places: [Place]
  let credentials: Verdict
  let refusal: String?
  var rights: [RightResult] = []
  let problem: Problem?
  private let failure: RegistryError?

  init(_ access: RegistryAccess, of registry: String) {
    self.registry = registry
    address = access.address
    isReachable = access.isReachable
    (authentication, tokenService) =
      switch access.method {
      case nil: ("none", nil)
      case .basic: ("basic", nil)
      case .bearer(let service): ("bearer", service)
      }
    places = access.answers.map { Place($0) }
    var refusal: String?
    var refused: RegistryError?
    switch access.lookup.outcome {
    case _ where !access.isReachable: credentials = .unknown
    case .missing where access.method == nil: credentials = .unneeded
    case .missing:
      // Whether there are any, only the place knows that could not be asked.
      refused = access.answers.problem
      credentials = refused == nil ? .missing : .unknown
    case .accepted: credentials = access.method == nil ? .unneeded : .accepted
    case .refused(let told):
      credentials = .refused
      refusal = told.description.isEmpty ? nil : told.description
      refused = .unauthorized(
        host: registry, subject: registry, credentials: access.lookup, told: ServerMessage())
    }
    self.refusal = refusal
    failure = access.failure ?? refused
    problem = failure.map { Problem($0) }
  }

  /// What has to be told, the weightiest first.
  var failures: [any ReportableError] {
    failure.map { [$0] } ?? rights.compactMap(\.failure)
  }

  var status: CommandStatus { failures.first.map { CommandStatus($0) } ?? .success }

  private enum CodingKeys: String, CodingKey {
    case registry, address, isReachable, authentication, tokenService, places, credentials
    case refusal, rights, problem
  }
}
