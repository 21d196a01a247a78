import Diagnostics
import Launching

/// Instructions as an image's history has them: anybody may have written a secret there.
enum InstructionText {
  static func shown(_ text: String) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    return SecretArguments.masked(words) { _ in "<secret>" }.joined(separator: " ")
  }

  /// A value of an image's configuration, by the name that it has there.
  static func shown(_ value: String, of name: String) -> String {
    name == "history" ? shown(value) : SecretAddress.masked(SecretName.shown(value, of: name))
  }
}
