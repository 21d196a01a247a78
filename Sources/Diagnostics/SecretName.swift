/// Names under which people keep what must not be shown.
package enum SecretName {
  private static let words: Set<String> = [
    "SECRET", "SECRETS", "TOKEN", "PASSWORD", "PASSWD", "PASS", "PWD", "PASSPHRASE", "CREDENTIAL",
    "CREDENTIALS", "APIKEY", "KEY", "AUTH", "DSN",
  ]

  /// - Parameter name: Of a variable (`WANDB_API_KEY`) or an option (`--api-key`).
  package static func looksSecret(_ name: String) -> Bool {
    let parts = name.uppercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    // `PWD` alone is a shell's directory.
    if parts == ["PWD"] || parts == ["OLDPWD"] { return false }
    return parts.contains { part in
      words.contains(part)
        || ["PASSWORD", "SECRET", "TOKEN", "APIKEY"].contains { part.hasSuffix($0) }
    }
  }

  /// The value, unless its name says that it must not be shown.
  package static func shown(_ value: String, of name: String) -> String {
    looksSecret(name) ? "<secret>" : value
  }
}
