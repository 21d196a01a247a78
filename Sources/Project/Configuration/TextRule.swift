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

  /// For limits: nothing runs in no memory or in no time.
  static let someBytes = TextRule(expected: "a size above 0 such as '20GB'") {
    (ByteCount($0)?.bytes ?? 0) > 0
  }

  static let someTime = TextRule(expected: "a time above 0 such as '30m', '12h' or '7d'") {
    (TimeSpan.duration($0) ?? .zero) > .zero
  }

  static let gpus = TextRule(expected: "'auto', 'all', 'none' or a number such as '2'") {
    ["auto", "all", "none"].contains($0)
      || ($0.utf8.first != UInt8(ascii: "+") && UInt16($0) != nil)
  }

  static let region = TextRule(expected: "a region such as 'us-east-1'") { text in
    !text.isEmpty && text.utf8.allSatisfy { isLowerCaseOrDigit($0) || $0 == UInt8(ascii: "-") }
  }

  /// Of the general-purpose buckets of S3; "Bucket naming rules" of its user guide.
  static let bucket = TextRule(expected: "the name of a bucket, without 's3://'") { text in
    (3...63).contains(text.utf8.count) && !text.contains("..")
      && text.utf8.allSatisfy { isLowerCaseOrDigit($0) || ".-".utf8.contains($0) }
      && [text.utf8.first, text.utf8.last].allSatisfy { $0.map(isLowerCaseOrDigit) ?? false }
  }

  /// One part of a path, for names in S3 and on instances.
  static let pathPart = TextRule(expected: "a name without '/', of 128 bytes at most") { text in
    (1...128).contains(text.utf8.count) && ![".", ".."].contains(text)
      && !text.unicodeScalars.contains { $0 == "/" || $0.properties.generalCategory == .control }
  }

  private static func isLowerCaseOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  static let word = TextRule(expected: "a word such as 'cpu'") {
    !$0.isEmpty && $0.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
  }

  static let price = TextRule(expected: "a price such as \"0.50\"") {
    (Double($0) ?? 0) > 0
  }

  static let environmentName = TextRule(expected: "the name of an environment variable") {
    Assignment.isName($0)
  }

  static let secretID = TextRule(expected: "the id of a secret, as in --mount=type=secret,id=…") {
    !$0.isEmpty && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ",") }
  }
}
