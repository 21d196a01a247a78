import Diagnostics
import OCI
import State
import Storage

/// Stands in for values that must not be kept: what looks secret is recorded as a hash with a key
/// that only this store has, so that a change is seen and the value is not.
struct SecretKey {
  private let key: [UInt8]

  init(_ store: Store) throws { key = try store.secretKey() }

  /// With the value itself, or a hash when its name says that it is a secret, or a password is in it.
  func input(_ label: String, _ value: String, named name: String) -> Input {
    SecretName.looksSecret(name) || SecretAddress.isIn(value)
      ? .hidden(label, hash: hash(value)) : .open(label, value)
  }

  /// Stands for a secret whatever its name is.
  func stamp(_ value: [UInt8]) -> String {
    Input.hidden("", hash: SHA256.digest(of: key + value).short).value
  }

  /// The key comes first and has a fixed length; nobody chooses it.
  func hash(_ value: String) -> String {
    SHA256.digest(of: key + Array(value.utf8)).short
  }
}
