import Diagnostics

/// Arguments under whose names people pass what must not be kept: `--api-key VALUE`,
/// `--api-key=VALUE`, `API_KEY=VALUE`, and addresses with a password.
package enum SecretArguments {
  package static func masked(_ words: [String], by mask: (String) -> String) -> [String] {
    var isValue = false
    return words.map { word in
      if isValue, !word.hasPrefix("--") {
        isValue = false
        return mask(word)
      }
      isValue = false
      if let equals = word.firstIndex(of: "=") {
        let name = word[..<equals]
        let value = String(word[word.index(after: equals)...])
        guard isName(name) else { return SecretAddress.isIn(word) ? mask(word) : word }
        let isSecret = SecretName.looksSecret(String(name)) || SecretAddress.isIn(value)
        return isSecret ? "\(name)=" + mask(value) : word
      }
      if SecretAddress.isIn(word) { return mask(word) }
      isValue = word.hasPrefix("-") && SecretName.looksSecret(word)
      return word
    }
  }

  private static func isName(_ text: some StringProtocol) -> Bool {
    text.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
  }
}
