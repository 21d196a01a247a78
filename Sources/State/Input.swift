import Diagnostics

/// One thing that a target was made from.
package struct Input: Sendable, Hashable, Codable {
  /// What it is: `Dockerfile`, `requirements requirements.txt`, `base python:3.11-slim`, `argument
  /// VERSION`, `context`.
  package let name: String
  /// The value itself where it is short and open, else a digest. A secret is only ever a keyed hash.
  package let value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

// MARK: Values that are not kept

extension Input {
  /// Of a value that must not be kept: a hash of it, with a key that is kept elsewhere.
  package static func hidden(_ name: String, hash: String) -> Input {
    Input(name, hiddenMarks[0] + hash)
  }

  /// Of a value that is kept as it is, also one that looks as if it stood for another.
  package static func open(_ name: String, _ value: String) -> Input {
    Input(name, isHidden(value) || value.hasPrefix(openMark) ? openMark + value : value)
  }

  /// Whether a recorded value only stands for one that is not kept.
  package static func isHidden(_ value: String) -> Bool {
    hiddenMarks.contains { value.hasPrefix($0) }
  }

  /// A recorded value as people know it; an older runctl recorded addresses with their passwords.
  package static func shown(_ value: String) -> String {
    SecretAddress.masked(
      value.hasPrefix(openMark) ? String(value.dropFirst(openMark.count)) : value)
  }

  private static let hiddenMarks = ["secret ", "keyed:"]
  private static let openMark = "open "
}
