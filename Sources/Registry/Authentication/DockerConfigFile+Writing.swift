import FileSystem
import FoundationEssentials
import Glibc

extension DockerConfigFile {
  /// Keeps credentials: in the helper that is configured for the registry, else in the file.
  ///
  /// What else the file says stays as it is, byte for byte; only its owner can read it afterwards.
  /// - Returns: The place, for a person.
  /// - Throws: ``RegistryError``, or a ``FileError``; the file is then as it was.
  package func store(_ credentials: Credentials, for registry: String) throws -> String {
    let bytes = try readBytes() ?? Array("{}\n".utf8)
    let content = try checked(bytes)
    var document = JSONDocument(bytes)
    guard let name = Self.helper(for: registry, in: content) else {
      document.set(
        Self.entry(credentials), of: DockerServerName.primary(of: registry), in: "auths")
      try write(document)
      return path
    }
    try CredentialHelper(name, environment: environment)
      .store(credentials, for: DockerServerName.primary(of: registry))
    // What is in the safe place is not left in the open one.
    let keys = Self.keysWithSecrets(of: registry, in: content)
    for key in keys { document.set("{}", of: key, in: "auths") }
    if !keys.isEmpty { try write(document) }
    return "docker-credential-\(name)"
  }

  /// Forgets what is kept for a registry, in the file and in the helper.
  /// - Returns: The places that had something.
  /// - Throws: ``RegistryError``, or a ``FileError``. A helper that fails does so when the file has
  ///   forgotten already.
  package func erase(for registry: String) throws -> [String] {
    guard let bytes = try readBytes() else { return [] }
    let content = try checked(bytes)
    var places: [String] = []
    let keys = DockerServerName.keys(of: registry, in: (content.auths ?? [:]).keys)
    if !keys.isEmpty {
      var document = JSONDocument(bytes)
      for key in keys { document.remove(key, in: "auths") }
      try write(document)
      if !Self.keysWithSecrets(of: registry, in: content).isEmpty { places.append(path) }
    }
    if let name = Self.helper(for: registry, in: content) {
      let helper = try CredentialHelper(name, environment: environment)
      let server = DockerServerName.primary(of: registry)
      if try helper.get(server) != nil {
        try helper.erase(server)
        places.append("docker-credential-\(name)")
      }
    }
    return places
  }

  private func checked(_ bytes: [UInt8]) throws(RegistryError) -> Content {
    let content = try decode(bytes)
    guard bytes.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{") else {
      throw .credentialFile(path: path, reason: "is not in Docker's form")
    }
    if let key = JSONDocument(bytes).repeatedKey(in: "auths") {
      throw .credentialFile(
        path: path,
        reason: "has '\(PlainText.sanitised(key, limit: 60))' twice: take one of them away")
    }
    return content
  }

  private static func keysWithSecrets(of registry: String, in content: Content) -> [String] {
    let auths = content.auths ?? [:]
    return DockerServerName.keys(of: registry, in: auths.keys).filter { key in
      let entry = auths[key]
      return [entry?.auth, entry?.password, entry?.identitytoken].contains { $0?.isEmpty == false }
    }
  }

  private static func entry(_ credentials: Credentials) -> String {
    switch credentials {
    case .password(let user, let password):
      let auth = Data((user + ":" + password).utf8).base64EncodedString()
      return "{\n\t\t\t\"auth\": \(JSONDocument.quoted(auth))\n\t\t}"
    case .identityToken(let token):
      return "{\n\t\t\t\"identitytoken\": \(JSONDocument.quoted(token))\n\t\t}"
    }
  }

  /// A reader sees the old or the new file. A link stays one, and the file its owner's.
  private func write(_ document: JSONDocument) throws(FileError) {
    let folder = FileTree.parentPath(of: path)
    try FileTree.makeDirectories(folder, permissions: 0o700)
    let place = FileTree.exists(path) ? try FileTree.canonicalPath(path) : path
    let before = try FileStatus.of(place, followLink: true)
    try FileTree.replace(place, with: document.bytes, permissions: 0o600, durable: true)
    if let before, geteuid() == 0, before.uid != 0 {
      guard chown(place, before.uid, before.gid) == 0 else { throw FileError("own", place) }
    }
  }
}
