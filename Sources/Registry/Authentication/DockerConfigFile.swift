import FileSystem
import FoundationEssentials
import OCI

/// Credentials that `docker login` wrote: `$DOCKER_CONFIG/config.json`, else
/// `~/.docker/config.json`.
///
/// Source: the Docker CLI's description of `config.json`: "auths", "credsStore", "credHelpers".
package struct DockerConfigFile: CredentialSource {
  package let path: String

  package init(path: String) { self.path = path }

  /// - Returns: nil when the environment names neither folder.
  package init?(environment: [String: String]) {
    if let folder = environment["DOCKER_CONFIG"], !folder.isEmpty {
      path = folder + "/config.json"
    } else if let home = environment["HOME"], !home.isEmpty {
      path = home + "/.docker/config.json"
    } else {
      return nil
    }
  }

  package var place: String { path }

  package func credentials(for registry: String) throws -> Credentials? {
    guard let content = try read() else { return nil }
    let names = Self.names(of: registry)
    for entry in Self.entries(named: names, in: content.auths ?? [:]) {
      if let found = try credentials(in: entry) { return found }
    }
    // Helpers hand out credentials by running a program; the file alone has none then.
    let helper = names.lazy.compactMap { content.credHelpers?[$0] }.first ?? content.credsStore
    if let helper, !helper.isEmpty {
      throw RegistryError.credentialHelper(
        registry: registry, helper: PlainText.sanitised(helper, limit: 60), path: path)
    }
    return nil
  }

  // MARK: The file

  private struct Content: Decodable {
    var auths: [String: Entry]?
    var credsStore: String?
    var credHelpers: [String: String]?
  }

  private struct Entry: Decodable {
    var auth: String?
    var username: String?
    var password: String?
    var identitytoken: String?
  }

  /// In bytes; a longer file is not Docker's.
  private static let limit: Int64 = 8 << 20

  private func read() throws -> Content? {
    var bytes: [UInt8] = []
    var isTooLarge = false
    do throws(FileError) {
      let file = try File.open(path)
      isTooLarge = try file.status().size > Self.limit
      if !isTooLarge { bytes = try file.readToEnd() }
    } catch {
      if error.isNotFound { return nil }
      throw RegistryError.credentialFile(path: path, reason: "cannot be read: \(error.reason)")
    }
    if isTooLarge { throw malformed("is too large") }
    guard let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)) else {
      throw malformed("is not in Docker's form")
    }
    return content
  }

  private func malformed(_ reason: String) -> RegistryError {
    .credentialFile(path: path, reason: reason)
  }

  // MARK: Hosts

  /// Docker Hub's key in the file is the address of its old API.
  private static func names(of registry: String) -> [String] {
    guard registry == ImageReference.dockerHub else { return [registry] }
    return ["https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"]
  }

  /// A key that is the name itself goes before one that only means the same host.
  private static func entries(named names: [String], in auths: [String: Entry]) -> [Entry] {
    let exact = names.compactMap { auths[$0] }
    let others = auths.filter { !names.contains($0.key) && names.contains(host(of: $0.key)) }
    return exact + others.sorted { $0.key < $1.key }.map(\.value)
  }

  /// `https://host/v1/` and its like mean the host; other paths mean something smaller.
  private static func host(of key: String) -> String {
    var rest = key[...]
    for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) {
      rest = rest.dropFirst(scheme.count)
    }
    while rest.hasSuffix("/") { rest.removeLast() }
    for path in ["/v1", "/v2"] where rest.hasSuffix(path) { rest = rest.dropLast(path.count) }
    return String(rest)
  }

  // MARK: One entry

  private func credentials(in entry: Entry) throws -> Credentials? {
    if let token = entry.identitytoken, !token.isEmpty { return .identityToken(token) }
    if let auth = entry.auth, !auth.isEmpty { return try decode(auth) }
    guard let user = entry.username, let password = entry.password, !user.isEmpty else {
      return nil
    }
    return .password(user: user, password: password)
  }

  /// Reads base64 of `user:password`; a user `<token>` has an identity token instead.
  private func decode(_ auth: String) throws -> Credentials {
    guard let data = Data(base64Encoded: auth, options: .ignoreUnknownCharacters),
      let text = String(bytes: data, encoding: .utf8),
      let colon = text.firstIndex(of: ":"), colon > text.startIndex
    else {
      throw malformed("has an \"auth\" that is not base64 of \"user:password\"")
    }
    var password = text[text.index(after: colon)...]
    while password.hasSuffix("\0") { password.removeLast() }
    if text[..<colon] == "<token>" { return .identityToken(String(password)) }
    return .password(user: String(text[..<colon]), password: String(password))
  }
}
