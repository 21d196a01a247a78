import FileSystem

/// What environment and files say about AWS, found out without starting a program.
///
/// Source: AWS CLI user guide, "Configuration and credential file settings" and "Environment
/// variables". Credentials themselves are not read.
package struct AWSSetup: Sendable {
  private let environment: [String: String]
  /// The profile that calls are made with; nil is the default one.
  package let profile: String?
  /// What files say of profiles, the later one wins.
  private let files: [String]

  /// - Parameter profile: From the command line.
  package init(environment: [String: String], profile: String? = nil) {
    self.environment = environment
    func variable(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    self.profile = profile ?? variable("AWS_PROFILE") ?? variable("AWS_DEFAULT_PROFILE")
    let folder = variable("HOME").map { "\($0)/.aws" }
    files = [
      variable("AWS_CONFIG_FILE") ?? folder.map { "\($0)/config" },
      variable("AWS_SHARED_CREDENTIALS_FILE") ?? folder.map { "\($0)/credentials" },
    ].compactMap(\.self)
  }

  /// Variables by which credentials come without a file.
  private static let credentialVariables = [
    "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  ]

  /// Whether anybody has set up AWS here; whether it works is another question.
  package var isThere: Bool {
    profile != nil
      || Self.credentialVariables.contains { environment[$0]?.isEmpty == false }
      || files.contains { (try? FileStatus.of($0, followLink: true))?.size ?? 0 > 0 }
  }

  /// The region that the environment names.
  package var regionOfEnvironment: String? {
    ["AWS_REGION", "AWS_DEFAULT_REGION"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
  }

  /// The region that the profile names.
  package var regionOfProfile: String? {
    var region: String?
    for file in files {
      guard let bytes = try? FileTree.readIfPresent(file) else { continue }
      region =
        AWSProfileFile(String(decoding: bytes, as: UTF8.self))
        .value("region", of: profile ?? "default") ?? region
    }
    return region
  }

  /// All that says whose credentials calls are made with. It holds no secret: files are there by
  /// their size and times.
  package var traits: [String] {
    let named =
      Self.credentialVariables + ["AWS_ROLE_ARN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"]
    return [profile ?? ""] + named.map { "\($0)=\(environment[$0] ?? "")" }
      + files.map { file in
        let status = try? FileStatus.of(file, followLink: true)
        return "\(file) \(status.map { "\($0.size) \($0.modified) \($0.inode)" } ?? "")"
      }
  }
}
