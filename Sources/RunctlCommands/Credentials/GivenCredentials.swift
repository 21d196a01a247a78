import Project
import Registry

/// User and password that this command was given.
struct GivenCredentials: CredentialSource {
  let registry: String
  let user: String
  let password: Secret

  var place: String { "the command line" }

  func credentials(for registry: String) -> Credentials? {
    guard registry == self.registry else { return nil }
    return .password(user: user, password: password.reveal())
  }

  func remedy(for registry: String) -> String { "check the user name and the password" }
}
