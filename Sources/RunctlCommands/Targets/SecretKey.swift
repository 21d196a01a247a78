import Diagnostics
import Launching
import OCI
import Storage

/// Stands in for values that must not be kept: what looks secret is recorded as a hash with a key
/// that only this store has, so that a change is seen and the value is not.
struct SecretKey {
  private let key: [UInt8]

  init(_ store: Store) throws { key = try store.secretKey() }

  /// The value itself, or a hash when its name says that it is a secret.
  func shown(_ value: String, named name: String) -> String {
    guard SecretName.looksSecret(name) else { return value }
    return Self.mark + hash(value)
  }

  /// Stands for a secret whatever its name is.
  func stamp(_ value: [UInt8]) -> String { Self.mark + SHA256.digest(of: key + value).short }

  private static let mark = "secret "

  /// Whether a recorded value only stands for one that is not kept.
  static func standsForSecret(_ value: String) -> Bool {
    value.hasPrefix(mark) || value.hasPrefix(RunInputs.keyedMark)
  }

  /// The key comes first and has a fixed length; nobody chooses it.
  func hash(_ value: String) -> String {
    SHA256.digest(of: key + Array(value.utf8)).short
  }
}
