import FileSystem
import Glibc

/// Files whose contents are kept nowhere, by their names: passwords, tokens, keys.
package enum PrivateFiles {
  /// Patterns of fnmatch(3) for a file's name, in whatever case.
  private static let names = [
    ".env", ".env.*", "*.env", ".envrc", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore",
    "*.ppk", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", ".netrc", "_netrc", ".npmrc",
    ".pypirc", ".htpasswd", ".git-credentials", "*credential*", "*secret*", "*password*", "token",
    "token.*", "*_token", "*_token.*", "*.token",
    "kubeconfig", "service-account*.json", ".runctl.toml",
  ]
  /// Directories that hold nothing else.
  private static let directories = [".aws", ".ssh", ".gnupg", ".docker", ".kube"]

  /// - Parameter path: With `/` between its parts.
  package static func contains(_ path: String) -> Bool {
    let parts = path.split(separator: "/").map { $0.lowercased() }
    guard let name = parts.last else { return false }
    return parts.dropLast().contains(where: directories.contains)
      || names.contains { fnmatch($0, name, 0) == 0 }
  }

  /// What makes git leave them out.
  ///
  /// Source: gitglossary(7), "pathspec".
  static var exclusions: [String] {
    names.map { ":(exclude,icase,glob)**/\($0)" }
      + directories.map { ":(exclude,icase,glob)**/\($0)/**" }
  }
}
