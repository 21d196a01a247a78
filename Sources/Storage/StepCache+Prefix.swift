package import OCI
import SQLite

extension StepCache {
  /// The results whose keys begin with these digits, in order.
  /// - Parameter prefix: Lower-case hexadecimal digits.
  package func keys(beginningWith prefix: String) throws -> [Digest] {
    try database.use {
      try $0.all(
        "SELECT key FROM steps WHERE substr(lower(hex(key)), 1, length(?1)) = ?1 ORDER BY key",
        [.text(prefix)]
      ) { Digest(bytes: $0.blob(0)) }
    }.compactMap(\.self)
  }

  package func entry(for key: Digest) throws -> StepEntry? {
    try all().first { $0.key == key }
  }
}
