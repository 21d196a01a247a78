import Diagnostics
import FoundationEssentials
import Processes

/// A program `docker-credential-NAME`, which keeps credentials in a safe place of the system.
///
/// Secrets go through its standard input and output only.
///
/// Source: docker-credential-helpers, "Credential helper protocol": `get`, `store`, `erase`.
package struct CredentialHelper: Sendable {
  package let name: String
  private let environment: [String]?
  private let timeout: Duration

  /// What a helper says when it has none.
  private static let nothing = "credentials not found in native keychain"
  /// A user name that means: the secret is an identity token.
  static let tokenUser = "<token>"

  /// - Parameters:
  ///   - environment: All that the program gets; nil is the caller's.
  ///   - timeout: A helper that asks a person on a screen which nobody sees is ended.
  /// - Throws: ``RegistryError`` when the name would lead to another program.
  package init(
    _ name: String, environment: [String: String]? = nil, timeout: Duration = .seconds(30)
  ) throws(RegistryError) {
    let isPlain = name.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || ".-_".utf8.contains(byte)
    }
    guard isPlain, !name.isEmpty else {
      throw .credentialHelper(
        helper: PlainText.sanitised(name, limit: 60), reason: "this is not the name of a helper")
    }
    self.name = name
    self.environment = environment?.map { "\($0.key)=\($0.value)" }.sorted()
    self.timeout = timeout
  }

  private var program: String { "docker-credential-\(name)" }

  private struct Entry: Codable {
    var ServerURL: String?
    var Username: String?
    var Secret: String?
  }

  /// - Parameter server: The key under which Docker keeps them: see ``DockerServerName``.
  /// - Returns: nil when the helper has none.
  func get(_ server: String) throws(RegistryError) -> Credentials? {
    let completion = try run("get", Array(server.utf8))
    guard completion.status.isSuccess else {
      let text = completion.outputText + completion.errorText
      if text.contains(Self.nothing) { return nil }
      throw failed(completion)
    }
    guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(completion.output)) else {
      throw .credentialHelper(helper: name, reason: "its reply is not in the form of a helper")
    }
    guard let secret = entry.Secret, !secret.isEmpty else { return nil }
    let user = entry.Username ?? ""
    if user == Self.tokenUser { return .identityToken(secret) }
    return user.isEmpty ? nil : .password(user: user, password: secret)
  }

  func store(_ credentials: Credentials, for server: String) throws(RegistryError) {
    var entry = Entry(ServerURL: server)
    switch credentials {
    case .password(let user, let password): (entry.Username, entry.Secret) = (user, password)
    case .identityToken(let token): (entry.Username, entry.Secret) = (Self.tokenUser, token)
    }
    guard let input = try? JSONEncoder().encode(entry) else { return }
    let completion = try run("store", Array(input))
    guard completion.status.isSuccess else { throw failed(completion, holding: entry.Secret) }
  }

  /// What is not there is erased already.
  func erase(_ server: String) throws(RegistryError) {
    let completion = try run("erase", Array(server.utf8))
    let text = completion.outputText + completion.errorText
    guard completion.status.isSuccess || text.contains(Self.nothing) else {
      throw failed(completion)
    }
  }

  private func run(_ verb: String, _ input: [UInt8]) throws(RegistryError) -> Completion {
    var command = Command([program, verb], environment: environment)
    command.input = .bytes(input)
    command.timeout = timeout
    do throws(ProcessError) {
      return try Subprocess.run(command)
    } catch .interrupted {
      throw .cancelled
    } catch .notFound {
      throw .credentialHelper(helper: name, reason: "the program is not in PATH")
    } catch {
      throw .credentialHelper(helper: name, reason: error.diagnostic.message)
    }
  }

  /// What it said, unless that may hold a secret.
  private func failed(_ completion: Completion, holding secret: String? = nil) -> RegistryError {
    let said = completion.outputText + " " + completion.errorText
    let isEntry =
      (try? JSONDecoder().decode(Entry.self, from: Data(completion.output))) != nil
      || said.contains("\"Secret\"")
    let isSafe = !isEntry && secret.map { $0.isEmpty || !said.contains($0) } != false
    let words = isSafe ? PlainText.sanitised(said, limit: 200) : ""
    return .credentialHelper(
      helper: name, reason: words.isEmpty ? "it failed (\(completion.status.code))" : words)
  }
}
