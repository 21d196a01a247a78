import FoundationEssentials

/// The service that a bearer challenge points to, and the requests for a token there.
///
/// Source: distribution's "Token Authentication Specification" (GET) and "OAuth2 Token
/// Authentication" (POST with a refresh token).
struct TokenService: Hashable, Sendable {
  let realm: WebAddress
  let service: String?

  /// - Returns: nil when the challenge names no usable place.
  init?(_ challenge: Challenge) {
    guard challenge.scheme == "bearer",
      let realm = challenge.parameters["realm"].flatMap({ WebAddress($0) })
    else { return nil }
    self.realm = realm
    service = challenge.parameters["service"]
  }

  func request(for scope: AccessScope, as credentials: Credentials?) -> HTTPRequest {
    switch credentials {
    case .identityToken(let token): exchange(token, for: scope)
    case .password(let user, let password):
      get(scope, account: user, authorization: BasicAuthorization.header(user, password))
    case nil: get(scope, account: nil, authorization: nil)
    }
  }

  private func get(
    _ scope: AccessScope, account: String?, authorization: String?
  ) -> HTTPRequest {
    var address = realm
    if let service { address = address.appending("service", PercentEncoding.encode(service)) }
    for part in scope.parts {
      address = address.appending("scope", PercentEncoding.encode(part))
    }
    if let account { address = address.appending("account", PercentEncoding.encode(account)) }
    var request = HTTPRequest(.get, address)
    request.replyLimit = 1 << 20
    if let authorization { request.headers.append(("Authorization", authorization)) }
    return request
  }

  private func exchange(_ token: String, for scope: AccessScope) -> HTTPRequest {
    var request = HTTPRequest(.post, realm)
    request.isConfidential = true
    request.replyLimit = 1 << 20
    request.headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    var fields = [("grant_type", "refresh_token"), ("client_id", "runctl")]
    if let service { fields.append(("service", service)) }
    if !scope.parts.isEmpty { fields.append(("scope", scope.description)) }
    fields.append(("refresh_token", token))
    request.body = .bytes(Array(PercentEncoding.form(fields).utf8))
    return request
  }

  /// A token as a service hands it out.
  struct Token: Sendable, Hashable {
    let text: String
    /// From its receipt on.
    let lifetime: Duration
  }

  private struct Reply: Decodable {
    var token: String?
    var access_token: String?
    var expires_in: Double?
  }

  /// - Returns: nil when there is no token in the reply, or one that does not fit in a header.
  static func token(in body: [UInt8]) -> Token? {
    guard let reply = try? JSONDecoder().decode(Reply.self, from: Data(body)),
      let text = [reply.token, reply.access_token].compactMap(\.self).first(where: { !$0.isEmpty }),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
    else { return nil }
    // Without a word of the service a token is good for a minute.
    let seconds = min(max(reply.expires_in ?? 60, 0), 86400)
    return Token(text: text, lifetime: .seconds(seconds))
  }
}

/// Source: RFC 7617.
enum BasicAuthorization {
  static func header(_ user: String, _ password: String) -> String {
    "Basic " + Data((user + ":" + password).utf8).base64EncodedString()
  }
}
