import FileSystem
import Foundation

/// One way in which credentials come, or do not come, to a registry; and what is to be.
struct CredentialCase: Sendable {
  enum Registry: Sendable, CaseIterable {
    /// User and password.
    case basic
    /// A token service.
    case bearer
    /// `docker.io`, by TLS, with user and password.
    case dockerHub
  }

  let description: String
  let registry: Registry
  var given: String?
  var options: [String] = []
  var environment: [String: String] = [:]
  /// Docker's `config.json`; `HOST` is the registry, `[alice:secret]` base64 of that.
  var docker: String?
  var toml: String?
  /// Replies of helpers, by name.
  var helpers: [String: String] = [:]
  var code: Int32 = 0
  /// Parts of what is printed.
  var says: [String] = []

  init(_ description: String, _ registry: Registry) {
    self.description = description
    self.registry = registry
  }

  func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  func refused(_ says: String...) -> Self {
    with {
      $0.code = 6
      $0.says = says
    }
  }

  func saying(_ says: String...) -> Self { with { $0.says = says } }

  func flags(_ password: String, _ more: String...) -> Self {
    with {
      $0.given = password
      $0.options = ["--username", "alice", "--password-stdin"] + more
    }
  }

  func docker(_ text: String) -> Self { with { $0.docker = text } }
  func helper(_ name: String, _ reply: String) -> Self { with { $0.helpers[name] = reply } }

  func variables(_ variables: [String: String]) -> Self { with { $0.environment = variables } }
  func toml(_ text: String) -> Self { with { $0.toml = text } }

  // MARK: The matrix

  private static let good = #"{"auths": {"HOST": {"auth": "[alice:correct horse]"}}}"#
  private static let bad = #"{"auths": {"HOST": {"auth": "[alice:wrong horse]"}}}"#
  private static let reply = #"{"Username": "alice", "Secret": "correct horse"}"#
  private static let hub = "https://index.docker.io/v1/"

  static func all(_ registry: Registry) -> [Self] {
    (basic + bearer + dockerHub).filter { $0.registry == registry }
  }

  private static let basic: [Self] = [
    Self("none", .basic).refused("there are none for"),
    Self("flags", .basic).flags("correct horse"),
    Self("wrong flags", .basic).flags("wrong horse").refused("from the command line are refused"),
    Self("wrong flags go before a good file", .basic).flags("wrong horse").docker(good)
      .refused("from the command line are refused"),
    Self("flags for another registry", .basic)
      .flags("wrong horse", "--registry", "other.example").docker(good),
    Self("the file", .basic).docker(good),
    Self("a wrong file", .basic).docker(bad).refused("config.json are refused", "runctl login"),
    Self("a file for another host", .basic)
      .docker(#"{"auths": {"xHOST": {"auth": "[alice:correct horse]"}}}"#)
      .refused("there are none for"),
    Self("a broken file", .basic).docker("{").refused("[credential-file]"),
    Self("an identity token where a password is wanted", .basic)
      .docker(#"{"auths": {"HOST": {"identitytoken": "identity-of-alice"}}}"#)
      .refused("it wants a password"),
    Self("the registry's helper", .basic).helper("one", reply)
      .docker(#"{"credHelpers": {"HOST": "one"}}"#),
    Self("the helper for all", .basic).helper("one", reply)
      .docker(#"{"credsStore": "one", "auths": {"HOST": {"auth": "[alice:wrong horse]"}}}"#),
    Self("a helper that has none, and the file", .basic).helper("none", "")
      .docker(#"{"credsStore": "none", "auths": {"HOST": {"auth": "[alice:correct horse]"}}}"#),
    Self("a helper that is not there", .basic).docker(#"{"credsStore": "lost"}"#)
      .refused("[credential-helper]", "not in PATH"),
    Self("a helper that would be another program", .basic)
      .docker(#"{"credsStore": "../../bin/sh"}"#)
      .refused("[credential-helper]", "not the name of a helper"),
  ]

  private static let bearer: [Self] = [
    Self("no token", .bearer).refused("there are none for"),
    Self("flags for tokens", .bearer).flags("correct horse"),
    Self("the file for tokens", .bearer).docker(good),
    Self("a wrong file for tokens", .bearer).docker(bad)
      .refused("config.json are refused: incorrect username or password"),
    Self("an identity token", .bearer)
      .docker(#"{"auths": {"HOST": {"identitytoken": "identity-of-alice"}}}"#),
    Self("an expired identity token", .bearer)
      .docker(#"{"auths": {"HOST": {"identitytoken": "old"}}}"#)
      .refused("config.json are refused: the identity token has expired"),
    Self("an identity token of a helper", .bearer)
      .helper("one", #"{"Username": "<token>", "Secret": "identity-of-alice"}"#)
      .docker(#"{"credsStore": "one"}"#),
    Self("somebody who may only pull", .bearer)
      .docker(#"{"auths": {"HOST": {"auth": "[bob:correct horse]"}}}"#)
      .refused("do not allow it"),
  ]

  private static let dockerHub: [Self] = [
    Self("variables", .dockerHub)
      .variables(["DOCKERHUB_USERNAME": "alice", "DOCKERHUB_PASSWORD": "correct horse"]),
    Self("a token in a variable", .dockerHub)
      .variables(["DOCKERHUB_USERNAME": "alice", "DOCKERHUB_TOKEN": "correct horse"]),
    Self("flags go before variables", .dockerHub).flags("correct horse")
      .variables(["DOCKERHUB_USERNAME": "alice", "DOCKERHUB_PASSWORD": "wrong horse"]),
    Self("wrong variables go before the rest", .dockerHub)
      .variables(["DOCKERHUB_USERNAME": "alice", "DOCKERHUB_PASSWORD": "wrong horse"])
      .docker(good).refused("from DOCKERHUB_PASSWORD are refused", "or unset both"),
    Self("a variable without a user", .dockerHub)
      .variables(["DOCKERHUB_TOKEN": "correct horse"])
      .refused("[credential-source]", "set DOCKERHUB_USERNAME too"),
    Self("the user from the configuration, the token from the environment", .dockerHub)
      .variables(["DOCKERHUB_TOKEN": "correct horse"])
      .toml("[docker]\ndockerhub_username = \"alice\"\n"),
    Self("the configuration", .dockerHub)
      .toml("[docker]\ndockerhub_username = \"alice\"\ndockerhub_password = \"correct horse\"\n")
      .docker(bad).saying("[password-readable]"),
    Self("the file's password with the file's user", .dockerHub)
      .variables(["DOCKERHUB_USERNAME": "mallory"])
      .toml("[docker]\ndockerhub_username = \"alice\"\ndockerhub_password = \"correct horse\"\n"),
    Self("Docker's name for it in the file", .dockerHub)
      .docker(#"{"auths": {"\#(hub)": {"auth": "[alice:correct horse]"}}}"#),
    Self("a wrong file for it", .dockerHub).docker(bad).refused("config.json are refused"),
  ]
}
