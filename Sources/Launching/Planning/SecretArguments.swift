package import Diagnostics

/// Arguments under whose names people pass what must not be kept: `--api-key VALUE`,
/// `--api-key=VALUE`, `API_KEY=VALUE`, and addresses with a password.
package enum SecretArguments {
  package static func masked(_ words: [String], by mask: (String) -> String) -> [String] {
    zip(words, secrets(in: words)).map { word, secret in
      guard let secret else { return word }
      return secret.head + mask(secret.value)
    }
  }

  /// What to say before words with secrets among them go where others see them.
  /// - Returns: nil where there are none.
  package static func warning(_ words: [String]) -> Diagnostic? {
    let names = secrets(in: words).compactMap { $0?.name }
    guard let first = names.first else { return nil }
    let more = names.count > 1 ? ", and \(names.count - 1) more" : ""
    return Diagnostic(
      .warning, id: "secret-arguments",
      "\(first)\(more) among the arguments looks secret, and others see arguments in SSM's history and "
        + "in the instance's list of processes",
      help: "hand it on by -e NAME, and let the script take it from its environment")
  }

  private struct Secret {
    /// What is known of it by its name alone.
    let name: String
    /// Of the word, in front of the secret.
    var head = ""
    let value: String
  }

  /// For each word what is secret of it, if anything.
  private static func secrets(in words: [String]) -> [Secret?] {
    var option: String?
    return words.map { word in
      let before = option
      option = nil
      if let before, !word.hasPrefix("--") {
        return Secret(name: "'\(before)'", value: word)
      }
      let address = SecretAddress.isIn(word) ? Secret(name: "an address", value: word) : nil
      if let sides = NamedValue(word) {
        guard isName(sides.name) else { return address }
        return SecretName.looksSecret(sides.name) || SecretAddress.isIn(sides.value)
          ? Secret(name: "'\(sides.name)'", head: sides.name + "=", value: sides.value) : nil
      }
      if address == nil, word.hasPrefix("-"), SecretName.looksSecret(word) { option = word }
      return address
    }
  }

  private static func isName(_ text: some StringProtocol) -> Bool {
    text.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
  }
}
