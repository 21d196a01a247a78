/// What proves to a registry who is asking. Never shown: it describes itself without the secret.
package enum Credentials: Sendable, Hashable {
  case password(user: String, password: String)
  /// An OAuth2 refresh token, as some registries give out at login.
  case identityToken(String)
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String {
    switch self {
    case .password(let user, _): "password of \(user)"
    case .identityToken: "identity token"
    }
  }

  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
