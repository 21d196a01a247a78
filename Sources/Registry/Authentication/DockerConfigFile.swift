import FileSystem
import FoundationEssentials

/// Credentials that a login wrote: `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`; in
/// the file itself, or in the helper that it names.
///
/// Source: the Docker CLI's description of `config.json`: "auths", "credsStore", "credHelpers".
package struct DockerConfigFile: CredentialSource {
  package let path: String
  /// For helpers; nil is the caller's.
  let environment: [String: String]?

  package init(path: String, environment: [String: String]? = nil) {
    self.path = path
    self.environment = environment
  }

  /// - Returns: nil when the environment names neither folder.
  package init?(environment: [String: String]) {
    if let folder = environment["DOCKER_CONFIG"], !folder.isEmpty {
      self.init(path: folder + "/config.json", environment: environment)
    } else if let home = environment["HOME"], !home.isEmpty {
      self.init(path: home + "/.docker/config.json", environment: environment)
    } else {
      return nil
    }
  }

  package var place: String { path }

  package func credentials(for registry: String) throws -> Credentials? {
    try CredentialChain([self]).credentials(for: registry)
  }

  /// The helper for the registry, else the one for all, and then the file itself.
  package func inquire(for registry: String) -> [CredentialAnswer] {
    let content: Content
    do {
      guard let read = try read() else {
        return [CredentialAnswer(of: self, place: path) { nil }]
      }
      content = read
    } catch {
      return [CredentialAnswer(of: self, place: path) { () throws in throw error }]
    }
    var answers: [CredentialAnswer] = []
    if let name = Self.helper(for: registry, in: content) {
      let shown = PlainText.sanitised(name, limit: 60)
      let place = "docker-credential-\(shown) (\(path))"
      answers.append(
        CredentialAnswer(of: self, place: place) { () throws in
          try CredentialHelper(name, environment: environment)
            .get(DockerServerName.primary(of: registry))
        })
      if answers.found != nil { return answers }
    }
    let auths = content.auths ?? [:]
    answers.append(
      CredentialAnswer(of: self, place: path) { () throws in
        for key in DockerServerName.keys(of: registry, in: auths.keys) {
          if let entry = auths[key], let found = try credentials(in: entry) { return found }
        }
        return nil
      })
    return answers
  }

  // MARK: The file

  struct Content: Decodable {
    var auths: [String: Entry]?
    var credsStore: String?
    var credHelpers: [String: String]?
  }

  struct Entry: Decodable {
    var auth: String?
    var username: String?
    var password: String?
    var identitytoken: String?
  }

  /// In bytes; a longer file is not Docker's.
  private static let limit: Int64 = 8 << 20

  private func read() throws(RegistryError) -> Content? {
    try readBytes().map(decode)
  }

  /// - Returns: nil when there is no file.
  func readBytes() throws(RegistryError) -> [UInt8]? {
    var bytes: [UInt8] = []
    var isTooLarge = false
    do throws(FileError) {
      let file = try File.open(path)
      isTooLarge = try file.status().size > Self.limit
      if !isTooLarge { bytes = try file.readToEnd() }
    } catch {
      if error.isNotFound { return nil }
      throw .credentialFile(path: path, reason: "cannot be read: \(error.reason)")
    }
    if isTooLarge { throw malformed("is too large") }
    return bytes
  }

  func decode(_ bytes: [UInt8]) throws(RegistryError) -> Content {
    guard let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)) else {
      throw malformed("is not in Docker's form")
    }
    return content
  }

  /// - Returns: The name of the helper that keeps a registry's credentials; nil is the file itself.
  static func helper(for registry: String, in content: Content) -> String? {
    let names = DockerServerName.all(of: registry)
    let own = names.lazy.compactMap { content.credHelpers?[$0] }.first
    return (own ?? content.credsStore).flatMap { $0.isEmpty ? nil : $0 }
  }

  private func malformed(_ reason: String) -> RegistryError {
    .credentialFile(path: path, reason: reason)
  }

  // MARK: One entry

  private func credentials(in entry: Entry) throws(RegistryError) -> Credentials? {
    if let token = entry.identitytoken, !token.isEmpty { return .identityToken(token) }
    if let auth = entry.auth, !auth.isEmpty { return try decode(auth) }
    guard let user = entry.username, let password = entry.password, !user.isEmpty else {
      return nil
    }
    return .password(user: user, password: password)
  }

  /// Reads base64 of `user:password`; a user `<token>` has an identity token instead.
  private func decode(_ auth: String) throws(RegistryError) -> Credentials {
    guard let data = Data(base64Encoded: auth, options: .ignoreUnknownCharacters),
      let text = String(bytes: data, encoding: .utf8),
      let colon = text.firstIndex(of: ":"), colon > text.startIndex
    else {
      throw malformed("has an \"auth\" that is not base64 of \"user:password\"")
    }
    var password = text[text.index(after: colon)...]
    while password.hasSuffix("\0") { password.removeLast() }
    let user = String(text[..<colon])
    if user == CredentialHelper.tokenUser { return .identityToken(String(password)) }
    return .password(user: user, password: String(password))
  }
}
