import OCI

/// What a text of the configuration must look like.
struct TextRule: Sendable {
  /// With its article, for "must be …, not …".
  let expected: String
  /// All there are, where there are few.
  var choices: [String] = []
  let accepts: @Sendable (String) -> Bool

  static let any = TextRule(expected: "a string") { _ in true }

  static func choice(_ choices: String...) -> TextRule {
    let quoted = choices.map { "'\($0)'" }
    let expected = quoted.dropLast().joined(separator: ", ") + " or " + (quoted.last ?? "")
    return TextRule(expected: expected, choices: choices) { choices.contains($0) }
  }

  static let path = TextRule(expected: "a path") { !$0.isEmpty }

  static let insidePath = TextRule(
    expected: "a path that is relative and stays inside the project",
    accepts: {
      ProjectPath.staysInside($0)
    })

  static let volume = TextRule(expected: "'host:/container' or 'host:/container:ro'") {
    Volume($0) != nil
  }

  static let platform = TextRule(expected: "a platform such as 'linux/amd64'") {
    Platform($0) != nil
  }

  static let stage = TextRule(expected: "the name or number of a stage") {
    !$0.isEmpty && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
  }

  static let imageTag = TextRule(expected: "a tag such as 'v1' or a reference") {
    ImageTag($0) != nil
  }

  static let destination = TextRule(expected: "a reference such as 'host/name' or 'host/name:tag'")
  {
    PushDestination($0) != nil
  }

  static let registryPrefix = TextRule(
    expected: "a registry's host, without 'https://', such as 'registry.example.com'",
    accepts: {
      RegistryHost.isHost($0.split(separator: "/").first ?? "") && PushDestination("\($0)/x") != nil
    })

  static let mirror = TextRule(
    expected: "a host or URL without user and password, such as 'https://mirror.example.com'",
    accepts: { RegistryHost.isMirror($0) })

  static let account = TextRule(expected: "a user name of Docker Hub") {
    PushDestination("\($0)/x") != nil && !$0.contains("/")
  }

  static let byteCount = TextRule(expected: "a size such as '20GB'") { ByteCount($0) != nil }

  static let duration = TextRule(expected: "a time such as '30m', '12h' or '7d'") {
    TimeSpan.duration($0) != nil
  }

  static let environmentName = TextRule(expected: "the name of an environment variable") {
    Assignment.isName($0)
  }

  static let secretID = TextRule(expected: "the id of a secret, as in --mount=type=secret,id=…") {
    !$0.isEmpty && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ",") }
  }
}
